//! `/system/resource`.

use clock::Duration;
use menu::{Bytes, Menu, Names, PropertyType, Text, Value, ValueError, ValueKind};
use std::fmt::Write;

/// A number with a unit behind it: `0%`, `2400MHz`; `get` gives the number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithUnit<const PERCENT: bool>(pub u32);

impl<const PERCENT: bool> PropertyType for WithUnit<PERCENT> {
    const KIND: ValueKind = ValueKind::Other("number");
    const RIGHT_ALIGNED: bool = true;

    fn parse(input: &Value, names: &dyn Names) -> Result<Self, ValueError> {
        u32::parse(input, names).map(Self)
    }

    fn print(&self, _: &dyn Names, out: &mut String) {
        let _ = write!(out, "{}{}", self.0, if PERCENT { "%" } else { "MHz" });
    }

    fn to_value(&self, _: &dyn Names) -> Value {
        Value::Num(i64::from(self.0))
    }
}

/// What the device is and how busy.
#[derive(Clone, Debug, Menu)]
#[menu("/system/resource", settings, no_name)]
pub struct Resource {
    /// Time since it was started.
    #[prop(read_only)]
    pub uptime: Duration,
    /// RouterOS version and channel.
    #[prop(read_only, quoted = false)]
    pub version: Text,
    /// When that version was made.
    #[prop(read_only, quoted = false)]
    pub build_time: Text,
    /// Oldest version that runs.
    #[prop(read_only, quoted = false)]
    pub minimum_version: Text,
    /// Memory that is free.
    #[prop(read_only)]
    pub free_memory: Option<Bytes>,
    /// Memory.
    #[prop(read_only)]
    pub total_memory: Option<Bytes>,
    /// Processor.
    #[prop(read_only, quoted = false)]
    pub cpu: Option<Text>,
    /// Its cores.
    #[prop(read_only)]
    pub cpu_count: Option<u32>,
    /// Its frequency.
    #[prop(read_only)]
    pub cpu_frequency: Option<WithUnit<false>>,
    /// How busy it is.
    #[prop(read_only)]
    pub cpu_load: WithUnit<true>,
    /// Disk that is free.
    #[prop(read_only)]
    pub free_hdd_space: Option<Bytes>,
    /// Disk.
    #[prop(read_only)]
    pub total_hdd_space: Option<Bytes>,
    /// Sectors written since it was started.
    #[prop(read_only)]
    pub write_sect_since_reboot: u32,
    /// Sectors written ever.
    #[prop(read_only)]
    pub write_sect_total: u32,
    /// Architecture.
    #[prop(read_only, quoted = false)]
    pub architecture_name: Option<Text>,
    /// Board.
    #[prop(read_only, quoted = false)]
    pub board_name: Text,
    /// Platform.
    #[prop(read_only, quoted = false)]
    pub platform: Text,
}
