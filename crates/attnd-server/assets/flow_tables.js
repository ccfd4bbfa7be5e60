// Which hour is this?
