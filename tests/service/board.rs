//! What customers object to, counted once.
