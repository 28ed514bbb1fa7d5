"""The words by which a reference is said to be one that no foreign key enforces."""

import re

LOOSE = re.compile(
    r"\bloose(?:ly)?[- ]coupl|\bsoft(?:ly)?[- ](?:ref|link|key|foreign|fk|coupl)"
    r"|\bno(?:t|n)?[- ]enforced|\bunenforced|\blogical (?:ref|key|foreign|fk|link)"
    r"|\bby convention\b|\bnot? (?:an? )?(?:hard|real|physical) (?:fk|foreign|ref)",
    re.IGNORECASE,
)
