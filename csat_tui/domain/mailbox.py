"""Check and normalise mail addresses, without asking anybody over the network."""


def mailbox(text: str) -> str | None:
    """Return a bare address in the form that mail servers take, its domain in ASCII; None for anything else."""
    import email_validator  # only where there is an address: it takes 30 ms

    if "=?" in text or not text.isprintable():  # mail programs decode “=?…?=” wherever they find it
        return None
    # Mail within a company goes to names such as “mail.corp.local” and “localhost”, which are none on the internet.
    email_validator.SPECIAL_USE_DOMAIN_NAMES.clear()
    try:
        found = email_validator.validate_email(
            text, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False, strict=True
        )
    except email_validator.EmailNotValidError:
        return None
    ascii_email: str | None = found.ascii_email
    return ascii_email


def is_mailbox(text: str) -> bool:
    """Return whether a text is a bare address such as `ana@example.com`, with nothing before or after it."""
    return mailbox(text) is not None
