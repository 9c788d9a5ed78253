//! Properties that the catalogue knows and a menu's struct lacks.

use super::parse::property_def;
use super::{Catalog, CatalogProperty};
use crate::{Access, MenuDef, PropertyDef, PropertyError, Text, Value, ValueKind};
use std::collections::BTreeMap;
use std::sync::{OnceLock, PoisonError, RwLock};

/// One such property.
#[derive(Debug)]
struct ExtraProperty {
    def: PropertyDef,
    catalog: &'static CatalogProperty,
}

/// By the address of the static definition; only looked up, never walked, so the order cannot leak.
static EXTRA: OnceLock<RwLock<BTreeMap<usize, &'static [ExtraProperty]>>> = OnceLock::new();

fn extra(def: &'static MenuDef) -> &'static [ExtraProperty] {
    let key = std::ptr::from_ref(def) as usize;
    let all = EXTRA.get_or_init(RwLock::default);
    if let Some(known) = all.read().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return known;
    }
    let mut list = Vec::new();
    if let Some(menu) = Catalog::get().menu(def.path)
        && !std::ptr::eq(&raw const menu.def, def)
    {
        let lacking = |p: &&'static CatalogProperty| {
            p.access != Access::ReadOnly && def.property(p.name).is_none() && def.flag(p.name).is_none()
        };
        list.extend(
            menu.properties
                .iter()
                .filter(lacking)
                .map(|p| ExtraProperty { def: property_def(p), catalog: p }),
        );
    }
    // Required is what the struct says: the catalogue may mean another version.
    for property in &mut list {
        property.def.required = false;
        property.def.always_export = false;
    }
    let list: &'static [ExtraProperty] = list.leak();
    let mut all = all.write().unwrap_or_else(PoisonError::into_inner);
    all.entry(key).or_insert(list)
}

impl MenuDef {
    /// The settable properties that the catalogue knows and this menu's struct lacks, with their indices, which go on
    /// behind the struct's own. They are kept as text, printed, exported and reported as not simulated.
    ///
    /// The first call for a menu reads the catalogue; a device that never meets such a property never asks.
    pub fn extra_properties(&'static self) -> impl Iterator<Item = (usize, &'static PropertyDef)> {
        extra(self).iter().enumerate().map(|(i, p)| (self.properties.len() + i, &p.def))
    }

    /// The description of a property by index, one of the catalogue's further ones too.
    #[must_use]
    pub fn property_at(&'static self, property: usize) -> Option<&'static PropertyDef> {
        match property.checked_sub(self.properties.len()) {
            None => self.properties.get(property),
            Some(at) => extra(self).get(at).map(|p| &p.def),
        }
    }

    /// Does this property stand bare (`blackhole`)? `name=value` is then `expected end of command`, and `print detail`
    /// and `export` show the name alone.
    #[must_use]
    pub fn bare_flag(&'static self, property: usize) -> bool {
        let Some(found) = self.property_at(property) else { return false };
        // Only these can be: the catalogue is not read for others.
        found.unset
            && found.value == ValueKind::Bool
            && Catalog::get()
                .menu(self.path)
                .is_some_and(|menu| menu.properties.iter().any(|p| p.name == found.name && p.bare))
    }

    /// Index of the property called `name`, aliases included; exact, over the struct's properties and the
    /// catalogue's.
    #[must_use]
    pub fn find_property(&'static self, name: &str) -> Option<usize> {
        self.property(name).or_else(|| self.extra_properties().find(|(_, p)| p.name == name).map(|(i, _)| i))
    }

    /// The property that an argument's name means: exact, else an unambiguous prefix, over the struct's properties
    /// and the catalogue's.
    ///
    /// # Errors
    /// [`crate::ValueError::NoMatch`] or [`crate::ValueError::Ambiguous`].
    pub fn match_property(&'static self, name: &str) -> Result<usize, crate::ValueError> {
        if let Some(exact) = self.property(name) {
            return Ok(exact);
        }
        let own = self.properties.iter().enumerate();
        let all = own.chain(self.extra_properties()).map(|(i, p)| (p.name.as_bytes(), i));
        crate::match_word(&name.into(), all)
    }

    /// Checks a value of a further property and gives the text to keep.
    pub(crate) fn check_extra(&'static self, property: usize, value: &Value) -> Result<Text, PropertyError> {
        let at = property.checked_sub(self.properties.len());
        let Some(found) = at.and_then(|at| extra(self).get(at)) else {
            return Err(PropertyError::read_only(""));
        };
        found.catalog.check(value).map_err(|error| PropertyError { property: found.def.name, error })
    }

    /// The typed value of a further property.
    pub(crate) fn extra_value(&'static self, property: usize, text: &Text) -> Option<Value> {
        extra(self).get(property.checked_sub(self.properties.len())?).map(|p| p.catalog.value(text))
    }

    /// Does a further property equal its default?
    pub(crate) fn extra_is_default(&'static self, property: usize, text: &Text) -> bool {
        let found = property.checked_sub(self.properties.len()).and_then(|at| extra(self).get(at));
        found.and_then(|p| p.catalog.default).is_some_and(|default| default.as_bytes() == text.as_slice())
    }
}
