//! What must never be stored? Removes secrets from an event's data before it is kept.
