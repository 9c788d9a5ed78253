//! When wirelab itself fails: a panic is a bug of ours, and the person is told how to report it.

/// Words instead of a bare panic message.
pub(crate) fn install_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let words: Vec<String> = std::env::args().collect();
        let version = env!("CARGO_PKG_VERSION");
        crate::terminal::eprint(&format!(
            "\nwirelab itself failed: {panic}\n\nThis is a bug, not a fault of your lab. Nothing was written. Please report it at\n\
             {}/issues with the lab's folder and these lines:\n  version   {version}\n  command   {}\n  system    {} {}\n",
            env!("CARGO_PKG_REPOSITORY"),
            words.join(" "),
            std::env::consts::OS,
            std::env::consts::ARCH,
        ));
    }));
}
