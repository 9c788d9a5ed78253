//! A RouterOS configuration by itself: every line that a router would refuse, what is worth a word, and what is not
//! simulated.

use std::sync::Arc;

use crate::device::{Device, LoadFault, Position};
use crate::file::{Model, Node};
use crate::lint;
use crate::problem::{Place, Problem, Source, nearest};
use crate::report::LeftOutJson;
use menu::Catalog;
use router::{LeftOut, NoteKind};
use serde::Serialize;

/// Ethernet ports of the router that a config is tried on when no model is named.
pub const PORTS: u32 = 24;

/// A router without configuration, to try a config on.
#[derive(Clone, Debug)]
pub struct Blank {
    /// Its name.
    pub name: String,
    /// Its ports.
    pub ports: Vec<String>,
    /// Its RouterOS version; none means the newest that is known.
    pub version: Option<String>,
    /// Its radios (`wlan1`).
    pub radios: Vec<String>,
    /// The board that it is; none: no board in particular.
    pub model: Option<&'static Model>,
    /// A board that the config itself names (`# model = `) is taken when none was chosen.
    pub takes_model: bool,
    /// Ports that a config names and it lacks are made, with a warning.
    pub ports_on_demand: bool,
    /// Forms of RouterOS 6 and forms that no RouterOS has are refused.
    pub strict: bool,
}

impl Blank {
    /// One with the ports of a board, or with ether1 to ether24.
    #[must_use]
    pub fn new(model: Option<&'static Model>) -> Self {
        let ports = match model {
            Some(model) => model.port_names(),
            None => (1..=PORTS).map(|n| format!("ether{n}")).collect(),
        };
        Self {
            name: "router".into(),
            ports,
            radios: model.map(Model::radio_names).unwrap_or_default(),
            model,
            takes_model: model.is_none(),
            version: None,
            ports_on_demand: model.is_none(),
            strict: false,
        }
    }

    /// One like a node of a lab: its ports and its version.
    #[must_use]
    pub fn like(node: &Node) -> Self {
        Self {
            name: node.name.clone(),
            ports: node.ports.clone(),
            version: node.version.clone(),
            radios: node.model.map(Model::radio_names).unwrap_or_default(),
            model: node.model,
            takes_model: false,
            ports_on_demand: node.model.is_none(),
            strict: false,
        }
    }
}

/// What became of a config.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Every line that was refused, in order.
    pub errors: Vec<Problem>,
    /// What was taken and is worth a word, in order of place; each has a [`Problem::code`].
    pub warnings: Vec<Problem>,
    /// What was taken and is not simulated.
    pub left_out: Vec<LeftOut>,
    /// How many commands the config has; lines that only change the menu are none.
    pub commands: usize,
    /// RouterOS version that the first lines of an export name, else that of the router.
    pub version: String,
    /// The board that it was tried on, when it was one: the one that was asked for, else the one that the first lines of an
    /// export name.
    pub model: Option<&'static str>,
}

/// [`Tried`] as JSON.
#[derive(Serialize)]
struct TriedJson<'a> {
    file: &'a str,
    version: &'a str,
    commands: usize,
    errors: Vec<ProblemJson<'a>>,
    warnings: Vec<ProblemJson<'a>>,
    not_simulated: Vec<LeftOutJson>,
}

#[derive(Serialize)]
struct ProblemJson<'a> {
    line: usize,
    column: usize,
    message: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    help: Option<&'a str>,
}

impl<'a> From<&'a Problem> for ProblemJson<'a> {
    fn from(problem: &'a Problem) -> Self {
        let place = problem.place.as_ref().map(|place| place.source.line_column(place.span.start));
        let (line, column) = place.unwrap_or((1, 1));
        Self { line, column, message: &problem.message, code: problem.code, help: problem.help.as_deref() }
    }
}

impl Tried {
    /// A config that could not be read at all.
    #[must_use]
    pub fn unreadable(problem: Problem) -> Self {
        let version = String::from(router::VERSION);
        let (warnings, left_out) = (Vec::new(), Vec::new());
        Self { errors: vec![problem], warnings, left_out, commands: 0, version, model: None }
    }

    /// One object on one line, as `wirelab check --format json` prints it: `{"file", "version", "commands", "errors":
    /// [{"line", "column", "message"}], "warnings": [{"line", "column", "message", "code"}], "not_simulated": [{"menu",
    /// "property", "count"}]}`. Lines and columns count from 1, columns in characters; `"help"` stands where there is
    /// advice; [`LeftOutJson`] describes `not_simulated`.
    #[must_use]
    pub fn to_json(&self, file: &str) -> String {
        let json = TriedJson {
            file,
            version: &self.version,
            commands: self.commands,
            errors: self.errors.iter().map(ProblemJson::from).collect(),
            warnings: self.warnings.iter().map(ProblemJson::from).collect(),
            not_simulated: self.left_out.iter().map(LeftOutJson::from).collect(),
        };
        // Texts and numbers always make JSON.
        serde_json::to_string(&json).unwrap_or_default()
    }
}

/// A place of the config that was loaded.
pub(crate) fn place(config: &Arc<Source>, position: Position) -> Place {
    // The console counts columns in bytes.
    let start = config.offset(position.line, 1).saturating_add(position.column.saturating_sub(1));
    let start = config.floor(start);
    Place { source: Arc::clone(config), span: start..start.saturating_add(position.length.max(1)) }
}

/// A fault of the config that `device` was loading, as a problem with what was probably meant; else with `otherwise`.
pub(crate) fn problem(config: &Arc<Source>, fault: LoadFault, device: &Device, otherwise: &str) -> Problem {
    let at = place(config, fault.position);
    let hint = meant(config, &fault, &at, device);
    let stopped = fault.message.starts_with("script stopped");
    let problem = Problem::at(&at, fault.message);
    match hint {
        Some(hint) => problem.help(hint),
        None if stopped => problem.help("a script that never waits would keep the router busy for ever"),
        None if otherwise.is_empty() => problem,
        None => problem.help(otherwise),
    }
}

/// The name, parameter or command that was probably meant.
fn meant(config: &Arc<Source>, fault: &LoadFault, at: &Place, device: &Device) -> Option<String> {
    let near = |word: &str, known: &[String]| {
        let near = nearest(word, known.iter().map(String::as_str)).filter(|near| *near != word);
        near.map(|near| format!("did you mean `{near}`?"))
    };
    let token = at.text().trim_matches('"');
    if fault.message.starts_with("input does not match any value of") {
        let is_interface = fault.message.ends_with("interface");
        let names = device.item_names(if is_interface { "/interface" } else { "/" });
        // A list is no interface.
        let names: Vec<String> = match is_interface {
            true => {
                let lists = device.item_names("/interface/list");
                names.into_iter().filter(|name| !lists.contains(name)).collect()
            }
            false => names,
        };
        let listed = || {
            let is_short = is_interface && (1..=12).contains(&names.len());
            is_short.then(|| format!("there are: {}", names.join(", ")))
        };
        return near(token, &names).or_else(listed);
    }
    let menu = menu_before(config, at.span.start);
    if let Some(word) = fault.message.strip_prefix("bad parameter ") {
        let def = router::menus().iter().find(|def| def.path == menu)?;
        let known: Vec<String> = def.properties.iter().map(|property| property.name.to_owned()).collect();
        return near(word.trim(), &known);
    }
    if let Some(word) = fault.message.strip_prefix("bad command name ") {
        let word = word.split_whitespace().next()?;
        let before = config.text.get(..at.span.start)?.rsplit(LINE_ENDS).next()?;
        let parent = if before.starts_with('/') { path_of(before) } else { menu };
        let paths = Catalog::get().menus().map(|menu| menu.def.path);
        let below = paths.chain(router::menus().iter().map(|def| def.path));
        let child = |path: &str| Some(path.strip_prefix(&parent)?.split('/').nth(1)?.to_owned());
        let mut known: Vec<String> = below.filter_map(child).collect();
        known.extend(["add", "set", "remove", "print", "find", "enable", "disable"].map(str::to_owned));
        return near(word, &known);
    }
    None
}

/// What ends a line; a CRLF makes an empty line more, which says nothing here.
const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// The path of the menu that a command at an offset belongs to: the one that its own line names, else that of the last line
/// before it that names a menu and nothing else; a menu named in front of a command is that command's alone.
fn menu_before(config: &Source, offset: usize) -> String {
    let offset = config.floor(offset);
    let end = config.text[offset..].find(LINE_ENDS).map_or(config.text.len(), |i| offset + i);
    let before = config.text.get(..end).unwrap_or_default();
    let mut lines = before.strip_suffix('\r').unwrap_or(before).rsplit(LINE_ENDS);
    let known = |path: &str| {
        Catalog::get().menu(path).is_some() || router::menus().iter().any(|def| def.path == path)
    };
    let own = lines.next().unwrap_or_default();
    if !own.starts_with('/') {
        let menus = lines.filter(|line| line.starts_with('/')).map(|line| path_of(line.trim_end()));
        return menus.into_iter().find(|path| known(path)).unwrap_or_default();
    }
    let mut path = path_of(own);
    // What stands behind the path is a command and its parameters.
    while !path.is_empty() && !known(&path) {
        path.truncate(path.rfind('/').unwrap_or_default());
    }
    path
}

/// `/ip dhcp-server ` as `/ip/dhcp-server`; empty for nothing.
fn path_of(words: &str) -> String {
    words.split(['/', ' ']).filter(|word| !word.is_empty()).map(|word| format!("/{word}")).collect()
}

/// Tries a config on a router without configuration. A line that is refused is passed over, so that the others are tried
/// too.
#[must_use]
pub fn try_on_router(config: &Arc<Source>, blank: &Blank) -> Tried {
    // The board that the config comes from.
    let own = Model::of_export(&config.text).filter(|_| blank.takes_model);
    let own = own.map(|model| Blank {
        strict: blank.strict,
        ports_on_demand: blank.ports_on_demand,
        ..Blank::new(Some(model))
    });
    let blank = own.as_ref().unwrap_or(blank);
    let mut device = Device::router(&blank.name, &blank.ports, blank.version.as_deref(), 1);
    if let Device::Router(router) = &mut device {
        router.set_strict(blank.strict);
        router.set_ports_on_demand(blank.ports_on_demand && !blank.strict);
        if let Some(board) = blank.model.and_then(Model::board) {
            router.set_board(board);
        }
        blank.radios.iter().for_each(|radio| router.add_radio(radio));
        router.trace_items();
    }
    let loaded = device.try_config(&config.text);
    let errors = loaded.faults.into_iter().enumerate().map(|(index, fault)| {
        problem(config, fault, &device, if index == 0 { "an import would stop here" } else { "" })
    });
    let errors: Vec<Problem> = errors.collect();
    let note = |note: crate::device::LoadNote| {
        Problem::at(&place(config, note.position), note.message).warning(note_code(note.kind))
    };
    let mut warnings: Vec<Problem> = loaded.notes.into_iter().map(note).collect();
    let device_version = device.version().unwrap_or_default();
    let version = exported_by(&config.text).map_or(device_version, str::to_owned);
    if let Device::Router(router) = &device {
        warnings.extend(lint::all(config, router, &version, errors.is_empty()));
    }
    warnings.sort_by_key(|warning| warning.place.as_ref().map(|place| place.span.start));
    let model = blank.model.map(|model| model.name);
    Tried { errors, warnings, left_out: device.left_out(), commands: loaded.commands, version, model }
}

/// The code of warnings about a kind of note.
fn note_code(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Version => "routeros-6-form",
        NoteKind::Form => "not-routeros",
        NoteKind::Port => "port-made",
    }
}

/// The version in the comments that an export begins with: `# 2024-02-03 10:00:00 by RouterOS 7.12.1`.
fn exported_by(text: &str) -> Option<&str> {
    let comments = text
        .split(LINE_ENDS)
        .map(str::trim_start)
        .take_while(|line| line.starts_with('#') || line.is_empty());
    let version = comments.filter_map(|line| line.split_once(" by RouterOS ")).next()?.1;
    version.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_whose_lines_end_with_cr_is_read_by_line() {
        let text = "# 2024-02-03 10:00:00 by RouterOS 7.12.1\n# model = RB750Gr3\n/ip address\nadd address=10.0.0.1/24 interfce=ether1\n/ip firewall nat\nadd chain=srcnat action=masquerade\nadd chain=srcnat action=masquerade\n";
        let said = |text: &str| {
            let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
            let all = tried.errors.iter().chain(&tried.warnings);
            let said: Vec<String> = all
                .map(|problem| {
                    let place = problem.place.as_ref().unwrap();
                    format!("{place} {} {} {:?}", place.text(), problem.message, problem.help)
                })
                .collect();
            (said, tried.version, tried.model)
        };
        let (expected, version, model) = said(text);
        assert_eq!(expected.len(), 4, "{expected:?}");
        assert!(expected[0].starts_with("r.rsc:4:33 ") && expected[0].contains("interface"), "{expected:?}");
        assert_eq!((version.as_str(), model), ("7.12.1", Some("RB750Gr3")));
        for ends in ["\r", "\r\n"] {
            assert_eq!(
                said(&text.replace('\n', ends)),
                (expected.clone(), version.clone(), model),
                "{ends:?}"
            );
        }
    }

    #[test]
    fn every_refused_line_is_found() {
        let text = "/ip address\nadd address=10.0.0.1/24 interface=ether1\nadd address=10.0.0.300/24 interface=ether1\nadd address=10.0.1.1/24 interface=eter2\n/ip pool add name=ü ranges=10.0.0.2-10.0.0.9\n/tool romon set enabled=yes\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        let places: Vec<String> =
            tried.errors.iter().filter_map(|p| p.place.as_ref()).map(|place| place.to_string()).collect();
        assert_eq!(places.len(), 2, "{:?}", tried.errors);
        assert!(places[0].starts_with("r.rsc:3:") && places[1].starts_with("r.rsc:4:"), "{places:?}");
        assert_eq!(tried.errors[1].place.as_ref().map(Place::text), Some("eter2"));
        assert!(tried.left_out.iter().any(|one| one.menu == "/tool/romon"), "{:?}", tried.left_out);
    }

    #[test]
    fn what_was_probably_meant_is_said() {
        let text = "/interface bridge add name=bridge-44\n/ip address\nadd address=10.0.0.1/24 interface=brige-44\nadd adress=10.0.0.1/24\n/ip pol add\n/ip pool add name=p rnges=10.0.0.1\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        let hints: Vec<_> = tried.errors.iter().map(|problem| problem.help.as_deref()).collect();
        let meant = ["bridge-44", "address", "pool", "ranges"].map(|word| format!("did you mean `{word}`?"));
        assert_eq!(hints, meant.each_ref().map(|words| Some(words.as_str())), "{:?}", tried.errors);
    }

    #[test]
    fn a_list_is_not_meant_where_an_interface_is_wanted() {
        let text = "/ip address add address=10.0.0.1/24 interface=nope\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        assert_ne!(tried.errors[0].help.as_deref(), Some("did you mean `none`?"));
    }

    #[test]
    fn bytes_that_are_no_text_are_refused_in_their_place() {
        let garbage = String::from_utf8_lossy(
            b"/ip address\n\x80\xff foo\nadd \xfe=\xfd\n\rv^\xe9;\xa6\n/=\x03_\xa6\n",
        )
        .into_owned();
        for start in 0..garbage.len() {
            let Some(text) = garbage.get(start..) else { continue };
            let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
            for error in &tried.errors {
                let place = error.place.as_ref().map(|place| (place.text().to_owned(), place.to_string()));
                assert!(place.is_some_and(|(_, place)| place.starts_with("r.rsc:")), "{error:?}");
            }
        }
    }

    #[test]
    fn a_menu_in_front_of_a_command_is_that_commands_alone() {
        let text = "/ip firewall filter\n/ip pool add name=p ranges=10.0.0.1\nadd chian=input\nadd name=p\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        let hints: Vec<_> = tried.errors.iter().map(|problem| problem.help.as_deref()).collect();
        assert_eq!(hints, [Some("did you mean `chain`?"), None], "{:?}", tried.errors);
    }

    #[test]
    fn what_follows_a_wait_is_tried_too() {
        let text = "/ip address add address=10.0.0.1/24 interface=ether1\n:delay 5s\n/ip pool add nme=x\n:while (true) do={ :delay 1m }\n:put 1\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        let messages: Vec<&str> = tried.errors.iter().map(|problem| problem.message.as_str()).collect();
        assert_eq!(messages, ["bad parameter nme"]);
    }

    #[test]
    fn a_model_has_its_own_ports() {
        let source = Source::new("r.rsc", "/ip address add address=10.0.0.1/24 interface=ether7\n");
        assert_eq!(try_on_router(&source, &Blank::new(None)).errors.len(), 0);
        assert_eq!(try_on_router(&source, &Blank::new(Model::named("RB750Gr3"))).errors.len(), 1);
    }

    #[test]
    fn the_board_that_an_export_names_is_taken_unless_another_was_chosen() {
        let text = "# model = RBD52G-5HacD2HnD\n/interface wireless set [ find default-name=wlan2 ] disabled=no\n\
                    /ip address add address=10.0.0.1/24 interface=ether9\n";
        let source = Source::new("r.rsc", text);
        let tried = try_on_router(&source, &Blank::new(None));
        assert_eq!(tried.model, Some("RBD52G-5HacD2HnD"));
        let codes: Vec<&str> = tried.warnings.iter().filter_map(|warning| warning.code).collect();
        assert_eq!((tried.errors.len(), codes), (0, vec!["port-made"]), "ether9 is made, wlan2 is there");
        let tried = try_on_router(&source, &Blank::new(Model::named("RB750Gr3")));
        assert_eq!((tried.model, tried.errors.len()), (Some("RB750Gr3"), 1), "it has no ether9");
    }

    #[test]
    fn the_version_is_the_exports_own_else_the_routers() {
        let version = |text: &str| try_on_router(&Source::new("r.rsc", text), &Blank::new(None)).version;
        assert_eq!(version("# jan/02/1970 00:00:00 by RouterOS 6.48.6\n# software id = X\n"), "6.48.6");
        assert_eq!(version("\n# 2024-02-03 10:00:00 by RouterOS 7.12.1\r\n/ip pool\r\n"), "7.12.1");
        assert_eq!(version("/ip pool\n# by RouterOS 6.48\n"), router::VERSION);
    }

    #[test]
    fn commands_are_counted_and_menus_are_not() {
        let text = "/ip pool\nadd name=a ranges=10.0.0.1\nadd nme=b\n/ip address add address=10.0.0.1/24 interface=ether1; :put 1\n:foreach i in={1;2} do={ :put $i; :put $i }\n# end\n";
        let tried = try_on_router(&Source::new("r.rsc", text), &Blank::new(None));
        assert_eq!((tried.commands, tried.errors.len()), (5, 1), "{:?}", tried.errors);
    }
}
