//! `/password`: a user changes the own password.
//!
//! Manual: "User". At a terminal the console asks for each argument that is missing.

use crate::Router;
use console::{CommandCall, Outcome, Target};
use menu::{AnyTable, Id, Text, Value};

const USERS: &str = "/user";

pub(super) fn command(router: &mut Router, call: &CommandCall) -> Option<Outcome> {
    if (call.menu.path, call.command) != ("/", "password") {
        return None;
    }
    Some(match change(router, call) {
        Ok(()) => Outcome::Done(Value::Nil),
        Err(words) => Outcome::Failed(words),
    })
}

fn change(router: &mut Router, call: &CommandCall) -> Result<(), String> {
    let names = ["old-password", "new-password", "confirm-new-password"];
    let given = names.map(|name| call.argument(name).map(|value| Text::from(&*value.argument())));
    let missing: Vec<&str> =
        names.iter().zip(&given).filter(|(_, value)| value.is_none()).map(|(name, _)| *name).collect();
    let [Some(old), Some(new), Some(again)] = given else {
        return Err(format!("missing value(s) of argument(s) {}", missing.join(" ")));
    };
    let def = crate::menus::tree().menu(USERS).ok_or("no such item")?;
    router.refresh(def);
    let user = router.history.author.as_ref().map_or_else(|| "admin".into(), |author| author.user.clone());
    let (id, known) = of_user(router, user.as_bytes()).ok_or("no such item")?;
    if known != old {
        return Err("failure: wrong old password".into());
    }
    if new != again {
        return Err("failure: new passwords do not match".into());
    }
    let table = router.config.table(def).ok_or("no such item")?;
    let (index, property) = (table.index_of(id), def.property("password"));
    let (Some(index), Some(property)) = (index, property) else { return Err("no such item".into()) };
    let prepared = table.prepare_set(index, &[(property, Some(Value::Str(new)))], &router.config);
    let prepared = prepared.map_err(|error| error.to_string())?;
    router.set(def, vec![(id, prepared)]).map_err(|rejected| rejected.message)
}

/// The row of a user, and the password, empty when there is none.
fn of_user(router: &Router, user: &[u8]) -> Option<(Id, Text)> {
    let table = router.config.catalog.get(USERS)?;
    let (name, password) = (table.def().property("name")?, table.def().property("password")?);
    let row = (0..table.len()).find(|row| table.name(*row, name) == Some(user))?;
    let mut text = String::new();
    let _ = table.print(row, password, &router.config, &mut text);
    Some((table.id(row), text.as_str().into()))
}
