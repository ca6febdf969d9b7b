"""The change feed of a partner: an event stream on plain files, and lists beside it for those who cannot read one."""
