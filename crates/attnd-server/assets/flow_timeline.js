// How has attention gone?
