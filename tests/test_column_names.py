"""What names of columns tell, and what they do not."""

from __future__ import annotations

import pytest

from ctb_lint.column_names import (
    holds_access,
    holds_change_time,
    holds_email,
    holds_password,
    holds_version_hash,
    says_hashed,
    words_of,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("last_accessed", ("last", "accessed")),
        ("lastAccessedAt", ("last", "accessed", "at")),
        ("HTTPStatus2", ("http", "status2")),
        ("größe_mm", ("größe", "mm")),
        ("__", ()),
        ("", ()),
    ],
)
def test_a_name_is_its_words(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("told", "names", "others"),
    [
        (
            holds_email,
            "email Email e_mail mail contact_email emailAddress work_mail_addr",
            "email_count email_verified mailing email_sent_at emails_seen mail_server __",
        ),
        (
            holds_password,
            "password user_password passwd pwd password_hash encrypted_password passwordHash "
            "plain_password password_plain passphrase hashed_password password_sha256",
            "password_changed_at password_reset_token password_hint compass pass_rate hash __",
        ),
        (
            says_hashed,
            "password_hash hashed_password encrypted_password password_digest passwordMd5",
            "password hashtag rehash __",
        ),
        (
            holds_version_hash,
            "version_hash blueprint_version_hash checksum contentSha256 hash digest",
            "password_hash token_hash version hashtag ip_hash __",
        ),
        (
            holds_access,
            "access_count last_accessed accessed_at lastReadAt hits_total views_count read_at "
            "last_used times_accessed last_seen_at",
            "access_level read_only access_token created_at username used_by __ accessor thread_id",
        ),
        (
            holds_change_time,
            "updated_at updatedAt modified_at last_modified date_updated last_updated_at",
            "updated_by update_count created_at modified_rows __",
        ),
    ],
)
def test_a_name_tells_what_a_column_is_for(told: object, names: str, others: str) -> None:
    assert callable(told)
    assert [name for name in names.split() if not told(name)] == []
    assert [name for name in others.split() if told(name)] == []
