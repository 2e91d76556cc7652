//! Keys and signatures against those of minisign's own tool.

use candor::release::{
    KeyError, KeyId, PublicKey, SecretKey, Signature, TrustError, Trusted, TrustedKey, generate, is_protected,
};

use super::{fixture, public, trusting};

#[test]
fn signatures_by_minisign_verify_whether_hashed_or_not() {
    let manifest = fixture("office/MANIFEST");
    for (signature, key) in
        [("office/MANIFEST.minisig", "stock.pub"), ("legacy.minisig", "stock.pub"), ("locked.minisig", "locked.pub")]
    {
        let signature = Signature::parse(&fixture(signature)).unwrap();
        let key = public(key);
        assert_eq!(signature.key(), key.id());
        assert!(key.accepts(&signature, &manifest), "{signature:?}");
        assert!(!key.accepts(&signature, &manifest[1..]), "one byte less");
    }
    let legacy = Signature::parse(&fixture("legacy.minisig")).unwrap();
    assert_eq!(legacy.comment(), "legacy, of the bytes themselves");
    assert_eq!(public("stock.pub").id().to_string(), "D380D63989E9C59F", "as minisign prints it");
    assert!(!public("locked.pub").accepts(&legacy, &manifest), "another key");
}

#[test]
fn secret_keys_by_minisign_sign() {
    for (file, password, key) in [("stock.key", "", "stock.pub"), ("locked.key", "correct horse", "locked.pub")] {
        let secret = SecretKey::unlock(&fixture(file), password).unwrap();
        assert_eq!(secret.public().unwrap(), public(key));
        let signature = secret.sign(b"rules", "said\nbesides").unwrap();
        let signature = Signature::parse(signature.as_bytes()).unwrap();
        assert!(public(key).accepts(&signature, b"rules"));
        assert_eq!(signature.comment(), "said besides", "one line");
    }
    assert!(is_protected(&fixture("locked.key")).unwrap() && !is_protected(&fixture("stock.key")).unwrap());
    assert_eq!(SecretKey::unlock(&fixture("locked.key"), "correct house").err(), Some(KeyError::WrongPassword));
}

#[test]
fn a_new_key_signs_with_its_password_only() {
    let (file, key) = generate(Some("Zürich 1")).unwrap();
    assert!(is_protected(file.as_bytes()).unwrap());
    assert_eq!(SecretKey::unlock(file.as_bytes(), "Zurich 1").err(), Some(KeyError::WrongPassword));
    let signature = SecretKey::unlock(file.as_bytes(), "Zürich 1").unwrap().sign(b"rules", "").unwrap();
    let signature = Signature::parse(signature.as_bytes()).unwrap();
    assert!(key.accepts(&signature, b"rules") && !key.accepts(&signature, b"rule"));
    assert_eq!(PublicKey::parse(key.file().as_bytes()).unwrap(), key);
    assert_eq!(PublicKey::parse(key.line().as_bytes()).unwrap(), key, "the line alone is enough");
    let (other, _) = generate(None).unwrap();
    assert!(!is_protected(other.as_bytes()).unwrap());
    SecretKey::unlock(other.as_bytes(), "any").unwrap();
    assert!(file.lines().count() == 2 && file != other);
}

#[test]
fn the_trusted_comment_is_signed_too() {
    let manifest = fixture("office/MANIFEST");
    let text = String::from_utf8(fixture("legacy.minisig")).unwrap();
    let changed = Signature::parse(text.replace("legacy, of", "not legacy, of").as_bytes()).unwrap();
    assert!(!public("stock.pub").accepts(&changed, &manifest));
}

/// Every file cut short at every length, and with every byte changed, is refused or harmless, and never a panic.
#[test]
fn damaged_files_are_refused_in_words() {
    let manifest = fixture("office/MANIFEST");
    let (key, signature) = (fixture("stock.pub"), fixture("office/MANIFEST.minisig"));
    let accepts =
        |signature: &[u8]| Signature::parse(signature).is_ok_and(|s| public("stock.pub").accepts(&s, &manifest));
    assert!(accepts(&signature));
    for length in 0..signature.len() - 1 {
        assert!(!accepts(&signature[..length]), "cut at {length}");
    }
    let comment = signature.iter().position(|b| *b == b'\n').unwrap();
    for at in 0..signature.len() {
        let mut changed = signature.clone();
        changed[at] ^= 1;
        // The first comment says nothing that counts. The last line's end may be anything.
        assert!(!accepts(&changed) || at < comment || at + 1 == signature.len(), "changed at {at}");
    }
    for length in 0..key.len() - 1 {
        let cut = PublicKey::parse(&key[..length]);
        assert!(matches!(cut, Err(KeyError::NotPublic(_))), "cut at {length}: {cut:?}");
    }
    let secret = fixture("locked.key");
    for length in 0..secret.len() - 1 {
        assert!(matches!(is_protected(&secret[..length]), Err(KeyError::NotSecret(_))), "cut at {length}");
    }
    // How much memory a password costs stands in the key; a damaged number is not believed.
    let line = String::from_utf8(secret).unwrap();
    let huge = line.replace("AAAAAQAAAAA1tMETH", "AAAAARAAAAA1tMETH");
    assert_ne!(line, huge);
    assert!(matches!(SecretKey::unlock(huge.as_bytes(), "correct horse"), Err(KeyError::NotSecret(_))));
}

#[test]
fn the_wrong_file_is_named_as_such() {
    assert_eq!(PublicKey::parse(&fixture("locked.key")), Err(KeyError::SecretGiven));
    assert!(
        matches!(is_protected(&fixture("stock.pub")), Err(KeyError::NotSecret(why)) if why == "it is a public key")
    );
    for bytes in
        [b"".as_slice(), b" \n", b"\xff\xfe", b"untrusted comment: x\n", b"hello", b"untrusted comment: x\nRWQ\n"]
    {
        assert!(matches!(PublicKey::parse(bytes), Err(KeyError::NotPublic(_))));
        assert!(matches!(is_protected(bytes), Err(KeyError::NotSecret(_))));
        assert!(matches!(Signature::parse(bytes), Err(KeyError::NotSignature(_))));
    }
    let crlf = String::from_utf8(fixture("stock.pub")).unwrap().replace('\n', "\r\n");
    assert_eq!(PublicKey::parse(crlf.as_bytes()).unwrap(), public("stock.pub"), "line endings do no harm to a key");
}

#[test]
fn the_list_of_trusted_keys_reads_as_it_was_written() {
    let mut all = trusting(&["stock.pub", "locked.pub"]);
    let twice = TrustedKey { key: public("stock.pub"), name: "stock.pub".into(), since: None };
    assert_eq!(all.add(twice.clone()), Err(TrustError::Already(public("stock.pub").id())));
    all.add(TrustedKey { name: "Office \"A\", the\\first".into(), ..twice }).unwrap();
    assert_eq!(all.keys().len(), 2, "the same key was renamed");
    let day = chrono::NaiveDate::from_ymd_opt(2026, 11, 30);
    let (_, new) = generate(None).unwrap();
    all.add(TrustedKey { key: new.clone(), name: String::new(), since: day }).unwrap();
    assert_eq!(Trusted::parse(all.text().as_bytes()).unwrap(), all);
    all.remove(public("stock.pub").id()).unwrap();
    assert_eq!(all.remove(public("stock.pub").id()), Err(TrustError::Unknown(public("stock.pub").id())));
    assert_eq!(Trusted::parse(all.text().as_bytes()).unwrap(), all);
    assert_eq!(KeyId::parse(&new.id().to_string().to_lowercase()), Some(new.id()));
    assert!(["", "xyz", "+12", "12345678901234567"].iter().all(|t| KeyId::parse(t).is_none()));
}

#[test]
fn a_list_that_was_meddled_with_is_refused() {
    let text = trusting(&["stock.pub"]).text();
    let says = |text: &str| Trusted::parse(text.as_bytes()).map(drop).unwrap_err().to_string();
    // Another key under a known ID, as somebody might slip one in.
    let slipped = text.replace(&public("stock.pub").line(), &public("locked.pub").line());
    assert!(says(&slipped).contains("575632C04B56FB31"), "{}", says(&slipped));
    let entry = text.split_once("[[key]]").unwrap().1;
    assert!(says(&format!("{text}\n[[key]]{entry}")).contains("twice"));
    assert!(says(&text.replace("keys/1", "keys/2")).contains("candor.trusted-keys/2"));
    assert!(says(&text.replace("public-key", "publik-key")).starts_with("line "));
    assert!(says("schema = ").starts_with("line 1"));
    assert!(Trusted::parse(b"\xff").is_err());
}

#[test]
fn another_key_with_a_known_id_is_not_let_in() {
    // An ID is eight bytes of the file; whoever makes a key chooses them. Sixteen bits of algorithm come first.
    let (stock, locked) = (public("stock.pub").line(), public("locked.pub").line());
    // Base64: 13 letters and a bit are algorithm and ID, so the forged key has some of each.
    let forged = format!("{}{}", &stock[..14], &locked[14..]);
    let forged = PublicKey::parse(forged.as_bytes()).unwrap();
    assert_eq!(forged.id(), public("stock.pub").id());
    let mut all = trusting(&["stock.pub"]);
    let error = all.add(TrustedKey { key: forged, name: String::new(), since: None }).unwrap_err();
    assert_eq!(error, TrustError::SameId(public("stock.pub").id()));
    assert_eq!(all, trusting(&["stock.pub"]));
}
