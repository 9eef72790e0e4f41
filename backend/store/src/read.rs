//! What the pages read: one file a noun, each read model ready to show.
