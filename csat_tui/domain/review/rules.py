"""Who may review, by the help desk's role or by a list; and what a playbook says of reviews."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from csat_tui.domain.ids import UserId

ADMIN_ROLE = "admin"
"""The help desk's role whose holders may review without being listed."""


@dataclass(frozen=True, slots=True)
class HelpDeskUser:
    """A person at the help desk as it names them; everything but the number can be changed by that person."""

    id: UserId | None = None
    name: str = ""
    email: str = ""
    role: str = ""

    @property
    def called(self) -> str:
        """Their name, for sentences."""
        return self.name or "somebody"

    def is_same(self, other: "HelpDeskUser") -> bool:
        """Return whether both are one person; a name alone never says so."""
        return self.id is not None and self.id == other.id


@dataclass(frozen=True, slots=True)
class Reviewers:
    """The people who may review: `listed` are their numbers at the help desk or their mail addresses."""

    listed: frozenset[str] = frozenset()

    def may_review(self, person: HelpDeskUser) -> bool:
        """Return whether a person may review notes of others."""
        if person.id is None:
            return False
        return person.role == ADMIN_ROLE or bool({str(person.id), person.email.strip().casefold()} & self.listed)

    def why_not(self, person: HelpDeskUser, note_author: HelpDeskUser) -> str:
        """Return why a person may not review a note by somebody; empty where they may."""
        if not self.may_review(person):
            return f"a review by {person.called}, who may not review"
        if person.is_same(note_author):
            return f"a review by {person.called} of their own note"
        return ""


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """What a playbook says of reviews: who may review, the tags that a review sets, and how long it can be disputed.

    Tags may have the place `{by}`, as in `reviewed_by_{by}`. `dispute_within` None sets no end.
    """

    reviewers: tuple[str, ...] = ()
    reviewed_tags: tuple[str, ...] = ("csat_reviewed",)
    sent_back_tags: tuple[str, ...] = ("csat_sent_back",)
    dispute_within: timedelta | None = None


@dataclass(frozen=True, slots=True)
class ReviewPolicy:
    """By what it is decided which steps count."""

    reviewers: Reviewers = field(default_factory=Reviewers)
    dispute_within: timedelta | None = None


def reviewers_listed(*lists: Sequence[str]) -> Reviewers:
    """Return the reviewers that several lists name together."""
    return Reviewers(frozenset(one.strip().casefold() for several in lists for one in several if one.strip()))


def review_policy(rules: ReviewRules, reviewers: Sequence[str]) -> ReviewPolicy:
    """Return what counts by a playbook's rules and a configuration's list of reviewers."""
    return ReviewPolicy(reviewers_listed(rules.reviewers, reviewers), rules.dispute_within)
