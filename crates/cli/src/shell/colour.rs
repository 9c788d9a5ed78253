//! Colours, as RouterOS's console has them: menus cyan, commands magenta, arguments green, errors red.

use console::{Class, Style as Kind};
use nu_ansi_term::{Color, Style};

/// Whether there are colours, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colours(pub(crate) bool);

impl Colours {
    fn paint(self, style: Style, text: &str) -> String {
        if self.0 { style.paint(text).to_string() } else { text.to_owned() }
    }

    /// A candidate in a list.
    pub(crate) fn candidate(self, kind: Kind, text: &str) -> String {
        let class = match kind {
            Kind::Menu => Class::Menu,
            Kind::Command => Class::Command,
            Kind::Argument => Class::Argument,
            Kind::Value => Class::Plain,
            Kind::Variable => Class::Variable,
        };
        self.paint(style(class), text)
    }

    /// Output of a node, line by line: comments, legends, properties.
    pub(crate) fn output(self, text: &str) -> String {
        if !self.0 {
            return text.to_owned();
        }
        text.split_inclusive('\n').map(|line| self.line(line)).collect()
    }

    fn line(self, line: &str) -> String {
        let (body, end) = line.strip_suffix('\n').map_or((line, ""), |body| (body, "\n"));
        let painted = if let Some(at) = body.find(";;; ") {
            let (before, comment) = body.split_at(at);
            format!("{before}{}", self.paint(Style::new().fg(Color::Cyan), comment))
        } else if body.starts_with("Flags: ") || body.starts_with("Columns: ") {
            self.paint(Style::new().fg(Color::DarkGray), body)
        } else if is_error(body) {
            self.paint(style(Class::Error), body)
        } else {
            body.to_owned()
        };
        painted + end
    }
}

/// A message of RouterOS about a wrong line.
fn is_error(line: &str) -> bool {
    const BEGINNINGS: [&str; 14] = [
        "bad command name ",
        "bad parameter ",
        "syntax error ",
        "expected ",
        "missing value",
        "missing closing",
        "input does not match ",
        "invalid value ",
        "ambiguous ",
        "no such item",
        "failure: ",
        "value of ",
        "interrupted",
        "Script Error: ",
    ];
    BEGINNINGS.iter().any(|beginning| line.starts_with(beginning))
}

/// How a class of the line being typed looks.
pub(crate) fn style(class: Class) -> Style {
    let style = Style::new();
    match class {
        Class::Plain => style,
        Class::Menu => style.fg(Color::Cyan).bold(),
        Class::Command => style.fg(Color::Magenta).bold(),
        Class::Argument => style.fg(Color::Green),
        Class::Variable | Class::Parameter => style.fg(Color::LightBlue),
        Class::Meta => style.fg(Color::Yellow),
        Class::Escaped => style.fg(Color::Yellow).bold(),
        Class::Comment => style.fg(Color::DarkGray),
        Class::Obsolete => style.fg(Color::Green).strikethrough(),
        Class::Ambiguous => style.fg(Color::Blue).bold(),
        Class::Undefined | Class::Error => style.fg(Color::Red),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn output_without_colours_is_as_it_came() {
        let text = "Flags: D - DYNAMIC\n;;; defconf\n0 x\nno such item\n";
        assert_eq!(Colours(false).output(text), text);
    }

    #[test]
    fn comments_legends_and_errors_stand_out() {
        let painted = Colours(true).output("Columns: A\n 0   ;;; here\n0 x\nno such item\n");
        let expected = "\u{1b}[90mColumns: A\u{1b}[0m\n 0   \u{1b}[36m;;; here\u{1b}[0m\n0 x\n\u{1b}[31mno such item\u{1b}[0m\n";
        assert_eq!(painted, expected);
    }
}
