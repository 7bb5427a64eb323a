"""Reading one mail: bytes in, a ParsedMail out. Pure: no database, no settings, no network, no clock."""
