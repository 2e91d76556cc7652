//! Styles by meaning. Screens ask for a [`Meaning`]; only this file knows colours.
//!
//! The default uses the terminal's own sixteen colours and no backgrounds, so it follows a light or dark scheme by itself.
//! Nothing is said by colour alone: every meaning also has a word or a mark on the screen. Facts are never red.

use ratatui::style::{Color, Modifier, Style};

/// What a piece of text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Meaning {
    /// Ordinary text.
    Body,
    /// The screen's title.
    Title,
    /// A heading within a screen.
    Heading,
    /// The line the cursor is on.
    Focus,
    /// Help, examples and other text one may skip.
    Aside,
    /// A key to press.
    Key,
    /// An answer that was given.
    Answer,
    /// A question that decides something.
    Decides,
    /// A ruling that asks for something to be done.
    Duty,
    /// A ruling that says to wait for, or ask, an office.
    Office,
    /// A ruling that nothing is due.
    Clear,
    /// A ruling that still depends on an answer.
    Open,
    /// What was typed cannot be used yet, or a file could not be written.
    Trouble,
    /// A line between parts of the screen.
    Rule,
}

impl Meaning {
    pub const ALL: [Self; 14] = [
        Self::Body,
        Self::Title,
        Self::Heading,
        Self::Focus,
        Self::Aside,
        Self::Key,
        Self::Answer,
        Self::Decides,
        Self::Duty,
        Self::Office,
        Self::Clear,
        Self::Open,
        Self::Trouble,
        Self::Rule,
    ];
}

/// The set of styles in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// The terminal's sixteen colours.
    #[default]
    Colour,
    /// Bold, underline and reverse only.
    Mono,
    /// Colours in their bright form, and reverse for the focus.
    HighContrast,
}

impl Theme {
    /// The style for a meaning.
    pub fn style(self, meaning: Meaning) -> Style {
        let plain = Style::new();
        let bold = plain.add_modifier(Modifier::BOLD);
        match (self, meaning) {
            (_, Meaning::Body | Meaning::Aside | Meaning::Rule) => plain,
            (_, Meaning::Title | Meaning::Heading) => bold,
            (Self::HighContrast, Meaning::Focus) => bold.add_modifier(Modifier::REVERSED),
            (_, Meaning::Focus) => bold,
            (Self::Colour, Meaning::Key) => bold.fg(Color::Cyan),
            (Self::HighContrast, Meaning::Key) => bold.fg(Color::LightCyan),
            (Self::Mono, Meaning::Key) => bold,
            (Self::Colour, Meaning::Answer) => plain.fg(Color::Cyan),
            (Self::HighContrast, Meaning::Answer) => bold.fg(Color::LightCyan),
            (Self::Mono, Meaning::Answer) => plain,
            (Self::Colour, Meaning::Duty) => bold.fg(Color::Cyan),
            (Self::HighContrast, Meaning::Duty) => bold.fg(Color::LightCyan),
            (Self::Mono, Meaning::Duty) => bold,
            (Self::Colour, Meaning::Office) => bold.fg(Color::Magenta),
            (Self::HighContrast, Meaning::Office) => bold.fg(Color::LightMagenta),
            (Self::Mono, Meaning::Office) => bold.add_modifier(Modifier::UNDERLINED),
            (Self::Colour, Meaning::Clear) => plain.fg(Color::Green),
            (Self::HighContrast, Meaning::Clear) => bold.fg(Color::LightGreen),
            (Self::Mono, Meaning::Clear) => plain,
            (Self::Colour, Meaning::Open | Meaning::Decides) => plain.fg(Color::Magenta),
            (Self::HighContrast, Meaning::Open | Meaning::Decides) => bold.fg(Color::LightMagenta),
            (Self::Mono, Meaning::Open | Meaning::Decides) => plain.add_modifier(Modifier::UNDERLINED),
            (Self::Colour, Meaning::Trouble) => bold.fg(Color::Magenta),
            (Self::HighContrast, Meaning::Trouble) => bold.fg(Color::LightMagenta).add_modifier(Modifier::REVERSED),
            (Self::Mono, Meaning::Trouble) => bold.add_modifier(Modifier::UNDERLINED),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mono_has_no_colour_and_nothing_is_red_or_has_a_background() {
        for meaning in Meaning::ALL {
            let mono = Theme::Mono.style(meaning);
            assert_eq!((mono.fg, mono.bg), (None, None), "{meaning:?}");
            for theme in [Theme::Colour, Theme::HighContrast] {
                let style = theme.style(meaning);
                assert_eq!(style.bg, None, "{meaning:?}");
                assert!(!matches!(style.fg, Some(Color::Red | Color::LightRed)), "{meaning:?}");
            }
        }
    }
}
