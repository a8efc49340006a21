"""Personal data at rest: SM4-GCM by a ring of keys, SM3-HMAC for look-up, fields that do both."""
