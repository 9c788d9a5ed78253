//! `/safe-mode`.

use menu::Menu;

/// Changes that are taken back when the session that makes them is lost.
#[derive(Clone, Debug, Menu)]
#[menu(
    "/safe-mode",
    settings,
    no_name,
    command("take", args("on-error"), help = "Takes safe mode."),
    command("release", args(), help = "Ends safe mode and keeps the changes."),
    command("unroll", args(), help = "Ends safe mode and takes the changes back."),
    command("toggle", args(), help = "Takes safe mode, or releases it.")
)]
pub struct SafeMode {
    /// Somebody holds safe mode.
    #[prop(read_only)]
    pub taken: bool,
}
