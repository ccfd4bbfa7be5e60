//! What does each distinct data object give? Computed once per object, however many events share it.

use std::collections::HashMap;
use std::convert::Infallible;

use attnd_core::{Data, Event};

/// Results remembered per data object, by its address.
///
/// The object is kept alive beside its result, so an address can never come to mean another one.
#[derive(Debug)]
pub struct PerData<T> {
    seen: HashMap<usize, (Data, T)>,
}

impl<T> Default for PerData<T> {
    fn default() -> Self {
        Self { seen: HashMap::new() }
    }
}

impl<T> PerData<T> {
    /// The result for `data`, computed if this object was not met before.
    ///
    /// # Errors
    /// Whatever `compute` fails with; a failure is not remembered.
    pub fn get_or_try<E>(
        &mut self,
        data: &Data,
        compute: impl FnOnce(&Data) -> Result<T, E>,
    ) -> Result<&T, E> {
        use std::collections::hash_map::Entry;
        match self.seen.entry(data.address()) {
            Entry::Occupied(entry) => Ok(&entry.into_mut().1),
            Entry::Vacant(entry) => Ok(&entry.insert((data.clone(), compute(data)?)).1),
        }
    }

    /// The result for `data`, computed if this object was not met before.
    pub fn get_or(&mut self, data: &Data, compute: impl FnOnce(&Data) -> T) -> &T {
        match self.get_or_try(data, |data| Ok::<_, Infallible>(compute(data))) {
            Ok(result) => result,
        }
    }
}

/// Gives every event the data `change` makes of its own; events that shared an object share the
/// new one.
pub fn map_data(events: &mut [Event], mut change: impl FnMut(&Data) -> Data) {
    match try_map_data(events, |data| Ok::<_, Infallible>(change(data))) {
        Ok(()) => (),
    }
}

/// [`map_data`] with a change that can fail.
///
/// # Errors
/// The first failure of `change`; the events before it are changed already.
pub fn try_map_data<E>(
    events: &mut [Event],
    mut change: impl FnMut(&Data) -> Result<Data, E>,
) -> Result<(), E> {
    let mut changed = PerData::default();
    for event in events {
        event.data = changed.get_or_try(&event.data, &mut change)?.clone();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::example::events;

    #[test]
    fn a_shared_object_is_changed_once_and_stays_shared() {
        let mut list = events(&[(0, 1, "a"), (1, 1, "b")]);
        list.push(list[0].clone());
        let mut calls = 0;
        map_data(&mut list, |data| {
            calls += 1;
            let mut data = data.clone();
            data.fields_mut().insert("seen".into(), true.into());
            data
        });
        assert_eq!(calls, 2);
        assert_eq!(list[0].data.address(), list[2].data.address());
        assert_eq!(list[1].data.fields()["seen"], true);
    }
}
