//! Text → syntax tree. Keeps the span of every word; gives no word a meaning.

use std::ops::Range;

/// Bytes within the condition's own text.
pub type Span = Range<usize>;

/// A mistake in a condition, with the characters it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    pub code: &'static str,
    pub message: String,
    /// What was expected there.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
    pub span: Span,
}

/// A word and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub span: Span,
}

/// A condition as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expr {
    pub kind: ExprKind,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `titled`
    Name(Word),
    /// `role is honorary`, `brings is none`
    Is {
        name: Word,
        value: Word,
        negated: bool,
    },
    /// `role in {a, b}`
    In {
        name: Word,
        values: Vec<Word>,
        negated: bool,
    },
    /// `place in covered as of filing`
    InList {
        name: Word,
        list: Word,
        clock: Option<Word>,
        negated: bool,
    },
    /// `brings includes any {a, b}`
    Includes {
        name: Word,
        values: Vec<Word>,
    },
    /// `paid-by only {a, b}`
    Only {
        name: Word,
        values: Vec<Word>,
    },
    /// `party-places any in L`, `any outside L`
    SomePlace {
        name: Word,
        outside: bool,
        list: Word,
        clock: Option<Word>,
    },
    /// `value >= 5000`, `value >= setting floor`
    Compare {
        name: Word,
        relation: Relation,
        bound: Bound,
    },
    /// `setting counts-meals`
    Setting(Word),
    /// `ended on or after 3 years before submission`
    Date {
        name: Word,
        relation: Relation,
        offset: Option<Offset>,
        when: When,
    },
    /// `ended within 3 years before submission`
    Within {
        name: Word,
        offset: Offset,
        when: When,
    },
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    /// `any support where …`
    Exists {
        kind: Word,
        inner: Box<Expr>,
    },
}

/// What an amount is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bound {
    /// In hundredths.
    Number(i64),
    /// The value of a declared setting.
    Setting(Word),
}

/// How two amounts or two dates compare. For dates, less is earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    Less,
    AtMost,
    AtLeast,
    More,
}

/// `3 years before`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset {
    pub count: u32,
    pub unit: Unit,
    pub before: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Day,
    Month,
    Year,
}

/// The right side of a date comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A clock or another date field.
    Name(Word),
    /// A day, as written.
    Day(Word),
}

/// Words that cannot be names, because the grammar needs them.
pub const RESERVED: [&str; 20] = [
    "and", "or", "not", "any", "where", "is", "in", "includes", "only", "before", "after", "on", "within", "as", "of",
    "outside", "day", "month", "year", "setting",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token {
    Word,
    Number,
    Day,
    Open,
    Close,
    BraceOpen,
    BraceClose,
    Comma,
    Compare(Relation),
}

/// Deepest nesting of parentheses, `not` and `any … where` that is read.
const DEEPEST: usize = 60;

/// Reads a condition. The first mistake ends the reading: what follows a syntax error cannot be trusted.
pub fn parse(text: &str) -> Result<Expr, Problem> {
    let tokens = lex(text)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0 };
    let expr = parser.disjunction()?;
    if parser.at < parser.tokens.len() {
        return Err(parser.unexpected("expected `and`, `or` or the end"));
    }
    Ok(expr)
}

fn lex(text: &str) -> Result<Vec<(Token, Span)>, Problem> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let start = i;
        let next = bytes.get(i + 1).copied();
        let token = match b {
            b' ' | b'\n' | b'\r' | b'\t' => {
                i += 1;
                continue;
            }
            b'(' => Token::Open,
            b')' => Token::Close,
            b'{' => Token::BraceOpen,
            b'}' => Token::BraceClose,
            b',' => Token::Comma,
            b'>' if next == Some(b'=') => Token::Compare(Relation::AtLeast),
            b'<' if next == Some(b'=') => Token::Compare(Relation::AtMost),
            b'>' => Token::Compare(Relation::More),
            b'<' => Token::Compare(Relation::Less),
            b'a'..=b'z' => Token::Word,
            b'0'..=b'9' | b'$' => Token::Number,
            _ => {
                let c = text.get(start..).and_then(|s| s.chars().next()).unwrap_or('?');
                let help = match c {
                    '"' | '\'' => Some("values are written without quotes".to_owned()),
                    '=' if text[..start].trim_end().ends_with(['<', '>']) => {
                        Some("write `>=` and `<=` without a space".to_owned())
                    }
                    '=' => Some("write `is` to compare with a value".to_owned()),
                    '_' => Some("words of a name are joined by `-`".to_owned()),
                    '&' => Some("write `and`".to_owned()),
                    '|' => Some("write `or`".to_owned()),
                    '!' => Some("write `not`".to_owned()),
                    'A'..='Z' => Some(
                        "names, values, `and`, `or` and `not` are written in lower case; countries stand on lists"
                            .to_owned(),
                    ),
                    _ => None,
                };
                return Err(Problem {
                    code: "C0001",
                    message: format!("`{}` cannot stand in a condition", crate::text::clean(&c.to_string())),
                    label: "not part of the language".into(),
                    help,
                    span: start..start + c.len_utf8(),
                });
            }
        };
        i += 1;
        let rest = |i: usize, ok: fn(u8) -> bool| bytes.iter().skip(i).take_while(|b| ok(**b)).count();
        let token = match token {
            Token::Word => {
                i += rest(i, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'.'));
                Token::Word
            }
            Token::Number => {
                i += rest(i, |b| b.is_ascii_digit() || matches!(b, b'_' | b'.' | b'-'));
                // A comma is part of a number only before exactly three digits.
                while bytes.get(i) == Some(&b',')
                    && rest(i + 1, |b| b.is_ascii_digit()) == 3
                    && text[start..i].starts_with(|c: char| c == '$' || c.is_ascii_digit())
                {
                    i += 4;
                    i += rest(i, |b| b == b'.' || b.is_ascii_digit());
                }
                if text[start..i].contains('-') { Token::Day } else { Token::Number }
            }
            Token::Compare(Relation::AtLeast | Relation::AtMost) => {
                i += 1;
                token
            }
            other => other,
        };
        tokens.push((token, start..i));
    }
    Ok(tokens)
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, Span)>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Token> {
        self.tokens.get(self.at).map(|t| t.0)
    }

    fn span(&self) -> Span {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |t| t.1.clone())
    }

    fn word(&self) -> Option<&str> {
        (self.peek() == Some(Token::Word)).then(|| &self.text[self.span()])
    }

    fn is_word(&self, word: &str) -> bool {
        self.word() == Some(word)
    }

    fn eat(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.at += usize::from(found);
        found
    }

    fn unexpected(&self, label: &str) -> Problem {
        let span = self.span();
        let message = if self.at >= self.tokens.len() {
            "the condition ends too early".to_owned()
        } else {
            format!("`{}` is not expected here", &self.text[span.clone()])
        };
        Problem { code: "C0002", message, label: label.to_owned(), help: None, span }
    }

    fn expect(&mut self, token: Token, label: &str) -> Result<(), Problem> {
        if self.peek() == Some(token) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.unexpected(label))
        }
    }

    fn expect_word(&mut self, word: &str) -> Result<(), Problem> {
        if self.eat(word) { Ok(()) } else { Err(self.unexpected(&format!("expected `{word}`"))) }
    }

    /// A name or value that is not one of the grammar's own words.
    fn name(&mut self, what: &str) -> Result<Word, Problem> {
        match self.word() {
            Some(w) if !RESERVED.contains(&w) && !w.ends_with(['-', '.']) => {
                let word = Word { text: w.to_owned(), span: self.span() };
                self.at += 1;
                Ok(word)
            }
            _ => Err(self.unexpected(&format!("expected {what}"))),
        }
    }

    fn values(&mut self) -> Result<Vec<Word>, Problem> {
        self.expect(Token::BraceOpen, "expected `{`")?;
        let mut values = vec![self.name("a value")?];
        while self.peek() == Some(Token::Comma) {
            self.at += 1;
            if self.peek() == Some(Token::BraceClose) {
                break;
            }
            values.push(self.name("a value")?);
        }
        self.expect(Token::BraceClose, "expected `,` or `}`")?;
        Ok(values)
    }

    fn disjunction(&mut self) -> Result<Expr, Problem> {
        let first = self.conjunction()?;
        self.chain(first, "or", Self::conjunction, ExprKind::Or)
    }

    fn conjunction(&mut self) -> Result<Expr, Problem> {
        let first = self.unary()?;
        self.chain(first, "and", Self::unary, ExprKind::And)
    }

    fn chain(
        &mut self,
        first: Expr,
        word: &str,
        next: fn(&mut Self) -> Result<Expr, Problem>,
        build: fn(Vec<Expr>) -> ExprKind,
    ) -> Result<Expr, Problem> {
        if !self.is_word(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat(word) {
            parts.push(next(self)?);
        }
        let span = parts.first().map_or(0, |e| e.span.start)..self.end();
        Ok(Expr { kind: build(parts), span })
    }

    /// Where the last token that was read ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.1.end)
    }

    fn unary(&mut self) -> Result<Expr, Problem> {
        let start = self.span().start;
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(Problem {
                code: "C0003",
                message: "the condition is nested too deeply".into(),
                label: format!("deeper than {DEEPEST} levels"),
                help: Some("split the rule in two".into()),
                span: self.span(),
            });
        }
        let kind = if self.eat("not") {
            ExprKind::Not(Box::new(self.unary()?))
        } else if self.peek() == Some(Token::Open) {
            self.at += 1;
            let mut inner = self.disjunction()?;
            self.expect(Token::Close, "expected `)`")?;
            self.depth -= 1;
            inner.span = start..self.end();
            return Ok(inner);
        } else if self.eat("any") {
            let kind = self.name("a record kind")?;
            self.expect_word("where")?;
            ExprKind::Exists { kind, inner: Box::new(self.unary()?) }
        } else {
            self.atom()?
        };
        self.depth -= 1;
        Ok(Expr { kind, span: start..self.end() })
    }

    fn atom(&mut self) -> Result<ExprKind, Problem> {
        if self.eat("setting") {
            return Ok(ExprKind::Setting(self.name("a setting")?));
        }
        let name = self.name("a field, `not`, `any` or `(`")?;
        if self.eat("is") {
            let negated = self.eat("not");
            let value = self.name("a value")?;
            return Ok(ExprKind::Is { name, value, negated });
        }
        if self.is_word("not") || self.is_word("in") {
            let negated = self.eat("not");
            self.expect_word("in")?;
            return self.membership(name, negated);
        }
        if self.eat("includes") {
            let values = if self.eat("any") { self.values()? } else { vec![self.name("a value or `any`")?] };
            return Ok(ExprKind::Includes { name, values });
        }
        if self.eat("only") {
            return Ok(ExprKind::Only { name, values: self.values()? });
        }
        if self.eat("any") {
            let outside = self.eat("outside");
            if !outside {
                self.expect_word("in")?;
            }
            let list = self.name("a list")?;
            let clock = self.as_of()?;
            return Ok(ExprKind::SomePlace { name, outside, list, clock });
        }
        if let Some(Token::Compare(relation)) = self.peek() {
            self.at += 1;
            let bound = if self.eat("setting") {
                Bound::Setting(self.name("a setting")?)
            } else {
                Bound::Number(self.number()?)
            };
            return Ok(ExprKind::Compare { name, relation, bound });
        }
        if self.eat("within") {
            let offset =
                self.offset()?.ok_or_else(|| self.unexpected("expected a length of time, such as `3 years`"))?;
            let when = self.when()?;
            return Ok(ExprKind::Within { name, offset, when });
        }
        if let Some(relation) = self.date_relation()? {
            let offset = self.offset()?;
            let when = self.when()?;
            return Ok(ExprKind::Date { name, relation, offset, when });
        }
        Ok(ExprKind::Name(name))
    }

    fn membership(&mut self, name: Word, negated: bool) -> Result<ExprKind, Problem> {
        if self.peek() == Some(Token::BraceOpen) {
            return Ok(ExprKind::In { name, values: self.values()?, negated });
        }
        let list = self.name("`{` or a list")?;
        let clock = self.as_of()?;
        Ok(ExprKind::InList { name, list, clock, negated })
    }

    fn as_of(&mut self) -> Result<Option<Word>, Problem> {
        if !self.eat("as") {
            return Ok(None);
        }
        self.expect_word("of")?;
        self.name("a clock").map(Some)
    }

    fn date_relation(&mut self) -> Result<Option<Relation>, Problem> {
        if self.eat("before") {
            return Ok(Some(Relation::Less));
        }
        if self.eat("after") {
            return Ok(Some(Relation::More));
        }
        if !self.eat("on") {
            return Ok(None);
        }
        self.expect_word("or")?;
        if self.eat("before") {
            Ok(Some(Relation::AtMost))
        } else if self.eat("after") {
            Ok(Some(Relation::AtLeast))
        } else {
            Err(self.unexpected("expected `before` or `after`"))
        }
    }

    /// `3 years before`, if a length of time comes next.
    fn offset(&mut self) -> Result<Option<Offset>, Problem> {
        if self.peek() != Some(Token::Number) {
            return Ok(None);
        }
        let span = self.span();
        let count = self.text[span.clone()].parse::<u32>().ok().filter(|n| *n <= 10_000).ok_or_else(|| Problem {
            code: "C0004",
            message: format!("`{}` is not a whole number of days, months or years", &self.text[span.clone()]),
            label: "expected a whole number up to 10000".into(),
            help: None,
            span,
        })?;
        self.at += 1;
        let unit = match self.word() {
            Some("day" | "days") => Unit::Day,
            Some("month" | "months") => Unit::Month,
            Some("year" | "years") => Unit::Year,
            _ => return Err(self.unexpected("expected `days`, `months` or `years`")),
        };
        self.at += 1;
        let before = self.eat("before");
        if !before && !self.eat("after") {
            return Err(self.unexpected("expected `before` or `after`"));
        }
        Ok(Some(Offset { count, unit, before }))
    }

    fn when(&mut self) -> Result<When, Problem> {
        if self.peek() == Some(Token::Day) {
            let span = self.span();
            self.at += 1;
            return Ok(When::Day(Word { text: self.text[span.clone()].to_owned(), span }));
        }
        self.name("a clock, a date field or a day such as 2024-05-20").map(When::Name)
    }

    fn number(&mut self) -> Result<i64, Problem> {
        let span = self.span();
        if self.peek() != Some(Token::Number) {
            return Err(self.unexpected("expected a number"));
        }
        let digits: String = self.text[span.clone()].chars().filter(|c| !matches!(c, '$' | ',' | '_')).collect();
        let (whole, part) = digits.split_once('.').unwrap_or((&digits, ""));
        let value = (part.len() <= 2)
            .then(|| format!("{whole}{part:0<2}").parse::<i64>().ok())
            .flatten()
            .filter(|n| *n <= crate::facts::MOST)
            .ok_or_else(|| Problem {
                code: "C0004",
                message: format!("`{}` is not a number this language knows", &self.text[span.clone()]),
                label: "expected a number with at most two decimals".into(),
                help: None,
                span,
            })?;
        self.at += 1;
        Ok(value)
    }
}
