//! A profile with many ordinary records, the same every time.

use std::fmt::Write as _;

/// A profile of `n` records over four kinds, with an NSF proposal and an NIH application. Most questions are answered, some
/// are open and some are not sure, as in a real one.
pub fn profile(n: usize) -> String {
    let mut t = String::from(
        "schema = \"candor.profile/1\"\n[person]\nname = \"Bench, A.\"\nemployer = \"university\"\nphs-investigator = true\ntrained-on = 2026-03-01\n\
         [[target]]\nid = \"nsf-proposal\"\nagency = \"nsf\"\nmoment = \"proposal\"\nmy-role = \"pi\"\nmechanism = \"research\"\n\
         [target.clocks]\ndue = 2026-12-10\n\
         [[target]]\nid = \"nih-proposal\"\nagency = \"nih\"\nmoment = \"proposal\"\nmy-role = \"pi\"\nmechanism = \"research\"\nforeign-component = \"allowed\"\n\
         [target.clocks]\ndue = 2027-02-05\n",
    );
    for i in 0..5 {
        let (domicile, ty) = [
            ("foreign", "university"),
            ("us", "university"),
            ("foreign", "government"),
            ("us", "company"),
            ("own-institution", "university"),
        ][i];
        let _ = write!(t, "[[entity]]\nname = \"Organisation {i}\"\ndomicile = \"{domicile}\"\ntype = \"{ty}\"\n");
        if domicile == "foreign" {
            t.push_str("country = \"NO\"\n");
        }
    }
    for i in 0..n {
        let (y, e) = (2019 + i % 7, i % 5);
        let both = |a: &str| format!("[KIND.for.nsf-proposal]\n{a}\n[KIND.for.nih-proposal]\n{a}\n");
        let record = match i % 4 {
            0 => format!(
                "title = \"Post {i}\"\nentity = \"Organisation {e}\"\ntitled = true\nrole = \"visiting\"\ncontract = \"signed\"\nstarted = {y}-03-01\nended = \"never\"\npaid = false\nresearch-duties = true\nbrings = []\nprogramme = \"none\"\n"
            ),
            1 => format!(
                "title = \"Project {i}\"\nentity = \"Organisation {e}\"\nform = \"grant\"\noutcome = \"funded\"\nfiled = {y}-01-10\nstarted = {y}-06-01\nended = {}-05-31\nobligations-left = false\namount = 120000\nmonths-per-year = 1\nmy-role = \"key\"\nprogramme = \"none\"\n{}",
                y + 3,
                both("this-proposal = false\nleft-off = false").replace("KIND", "support")
            ),
            2 => format!(
                "purpose = \"Visit {i}\"\nplace = \"NO\"\nstarted = {y}-09-01\nended = {y}-09-0{}\npaid-by = [\"{}\"]\ndid = [\"talk\", \"consult\"]\nrelated-to-duties = true\ngot-title = false\nheld-by = \"me\"\n{}",
                2 + i % 7,
                ["own-money", "foreign-university", "home", "us-other"][i / 4 % 4],
                if i % 8 == 2 { String::new() } else { both("for-project = false").replace("KIND", "trip") }
            ),
            _ => format!(
                "summary = \"Loan {i}\"\nentity = \"Organisation {e}\"\nwhat = [\"equipment\"]\nvalue = {}\nneeds-my-time = {}\nfreely-available = false\nfor-my-research = true\nreceived = {y}-02-01\nended = \"never\"\n{}",
                3000 + 500 * (i % 9),
                if i % 3 == 0 { "true" } else { "\"not-sure\"" },
                both("for-project = false").replace("KIND", "in-kind")
            ),
        };
        let kind = ["appointment", "support", "trip", "in-kind"][i % 4];
        let _ = write!(t, "[[{kind}]]\nid = \"{kind}-{i}\"\n{record}");
    }
    t
}
