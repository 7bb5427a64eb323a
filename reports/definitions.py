"""How we count: what each figure of the reports means, in plain language, with an example.

Whatever shows a figure takes its words from here, so that no two pages tell different stories. The numbers of the
examples are worked out in tests/reports/test_definitions.py with the code that makes the figures.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Definition:
    """`code` is the anchor that a figure links to, and stays; the texts are for people."""

    code: str
    name: Promise
    meaning: Promise
    example: Promise


DEFINITIONS = (
    Definition(
        "cohort",
        pgettext_lazy("how we count", "Who is counted"),
        _(
            "Everybody who wrote in the period, whether answered or not. Counting those who were answered in the "
            "period instead would leave out whoever still waits."
        ),
        _("A message of 28 March that was answered on 9 April belongs to March."),
    ),
    Definition(
        "first-response",
        pgettext_lazy("how we count", "First response"),
        _(
            "The time from the moment when we had the partner’s message until the first answer, or the notice "
            "that the matter was handed on, really left. A person wrote it: automatic mail, a holding reply and a "
            "question back are no answers. An answer that came back undelivered never counted."
        ),
        _(
            "Received on Monday at 10:00, acknowledged automatically at 10:01, asked back on Tuesday, answered on "
            "Thursday at 10:00: 3 days."
        ),
    ),
    Definition(
        "next-response",
        pgettext_lazy("how we count", "Next response"),
        _(
            "The same for each later message: from the oldest one without an answer to the next answer. A partner "
            "who writes again does not restart the clock."
        ),
        _("The partner asks on Monday at 10:00 and again on Wednesday; the answer leaves on Friday at 10:00: 4 days."),
    ),
    Definition(
        "resolution",
        pgettext_lazy("how we count", "Resolution"),
        _(
            "The time until the ticket was solved or closed. A ticket that was opened again has a first and a "
            "last resolution; the first one is never overwritten."
        ),
        _(
            "Solved after 2 days, opened again, solved for good after 9 days: the first resolution took 2 days, "
            "the last one 9."
        ),
    ),
    Definition(
        "working-time",
        pgettext_lazy("how we count", "Calendar time and working time"),
        _(
            "Calendar time is what the partner lives through. Working time counts opening hours only, without "
            "weekends and holidays."
        ),
        _(
            "From Friday 16:00 to Monday 10:00, with opening hours from 9:00 to 17:00: 66 hours of calendar time, "
            "2 hours of working time."
        ),
    ),
    Definition(
        "lengths",
        pgettext_lazy("how we count", "How exact lengths are"),
        _(
            "Lengths are taken in whole minutes, from a day on in ten minutes, from ten days on in hours, from a "
            "hundred days on in ten hours: finer than any page tells them. What does not fill its last step counts as "
            "if that had not begun. Acknowledgements are taken in seconds."
        ),
        _("An answer after 12 days, 5 hours and 50 minutes counts as one after 12 days and 5 hours."),
    ),
    Definition(
        "net",
        pgettext_lazy("how we count", "Gross and net"),
        _(
            "Gross is all of the time. Net leaves out the time in which we waited for the partner or for a third "
            "party. Where it is shown, the page says how much was left out for each of the two, and of how many waits. "
            "From the time until the first response nothing is taken away."
        ),
        _("10 days, of which 4 were spent waiting for a document from the partner: gross 10 days, net 6."),
    ),
    Definition(
        "quantiles",
        pgettext_lazy("how we count", "Half, three in four, nine in ten"),
        _(
            "The time within which so many of all partners had an answer. Whoever still waits counts for as long "
            "as we have seen (the method of Kaplan and Meier); whoever was left without an answer stays among all "
            "(that of Aalen and Johansen)."
        ),
        _(
            "Five partners wrote. Three had an answer after 1, 2 and 3 days, one has waited for 2 days and one "
            "for 5: half had an answer within 3 days."
        ),
    ),
    Definition(
        "band",
        pgettext_lazy("how we count", "The band"),
        _(
            "How far chance alone may have moved the figure. Bands made in this way hold the true figure in about "
            "95 of 100 cases. Few tickets make a wide band."
        ),
        _("“3 days (2 to 5)”: the true figure may well be 2 days or 5; 10 days would be a surprise."),
    ),
    Definition(
        "not-reached",
        pgettext_lazy("how we count", "Not reached"),
        _(
            "As far as can be seen, fewer have an answer than are asked for, because they still wait or were "
            "closed without one. It is neither zero nor an error."
        ),
        _("Ten partners wrote a week ago and four have an answer: the time for half of them is not reached."),
    ),
    Definition(
        "within",
        pgettext_lazy("how we count", "Answered within a time"),
        _("The share of all partners who had an answer by then. It stays empty while nobody was watched for so long."),
        _(
            "Two partners wrote. One had an answer after 1 day, one has waited for 4 days. Answered within 4 "
            "days: half. Within 5 days: not known yet."
        ),
    ),
    Definition(
        "closed",
        pgettext_lazy("how we count", "Closed without an answer"),
        _(
            "The share of tickets that ended without an answer, because they were withdrawn or needed no reply, "
            "for example. They stay among all, so closing a ticket never makes answers look quicker."
        ),
        _(
            "Of four partners three had an answer and one withdrew: three in four were reached, nine in ten never "
            "will be."
        ),
    ),
    Definition(
        "on-time",
        pgettext_lazy("how we count", "Within the deadline"),
        _(
            "The share of all tickets that were answered by their own deadline, its last second included. Open "
            "and overdue is missed. Open and not yet due is undecided and counts for as long as we have seen. "
            "Beside the share stands the least and the most that it can become."
        ),
        _(
            "Four tickets are due after 10 days. One was answered after 1 day, one after 10 and one after 11; one "
            "has been open for 5. At least two of four, at most three; the estimate is five of eight."
        ),
    ),
    Definition(
        "counts",
        pgettext_lazy("how we count", "Number, open and excluded"),
        _(
            "Below each figure stands how many tickets it is made of, how many of them are still open, and how "
            "many were left out as spam, as tests or because they were merged into another one. A merged ticket "
            "hands its waiting on to the other, so nobody’s waiting is lost."
        ),
        _("“120 tickets, 14 open, 9 excluded”: 14 of 120 partners still wait; 9 more tickets were spam or merged."),
    ),
    Definition(
        "average",
        pgettext_lazy("how we count", "Average of the answered"),
        _(
            "Shown on demand only. It leaves out everybody who still waits, so it is too low, most of all for the "
            "newest tickets."
        ),
        _("Ten partners wrote. One had an answer after 1 hour, nine have waited for a month: the average says 1 hour."),
    ),
    Definition(
        "flow",
        pgettext_lazy("how we count", "Came, resolved, open"),
        _(
            "A ticket came on the day when we had it. It was resolved on the day of its last resolution, if it was not "
            "opened again since. Open at the end of a day is what had come by then and was not resolved by then. So "
            "the open tickets of a day are those of the day before, with what came and without what was resolved. Spam "
            "and merged tickets are in none of these numbers."
        ),
        _("On Monday evening 10 are open. On Tuesday 3 come and 5 are resolved: on Tuesday evening 8 are open."),
    ),
    Definition(
        "acknowledgement",
        pgettext_lazy("how we count", "Time to acknowledge"),
        _(
            "From the moment when we had the message until the acknowledgement was handed over to the mail server. "
            "Tickets without one count as never acknowledged, so that leaving some out makes the time longer, not "
            "shorter."
        ),
        _("Five came. Three were acknowledged after 10, 20 and 30 seconds, two never: half within 30 seconds."),
    ),
    Definition(
        "interim",
        pgettext_lazy("how we count", "Before an answer"),
        _(
            "Tickets that were sent, in the period, what ends no wait: a holding reply, which tells by when the answer "
            "comes; a question to the partner; the name of the official in charge. A mail counts on the day of its "
            "handing over, and not if it came back. A holding reply is within the deadline if it was handed over "
            "before the end of the last day for the reply, as that stood before. Who got several counts once in each "
            "line. A notice that the matter was handed on is none of these: it ends the wait."
        ),
        _(
            "The reply is due on 14 December. A holding reply of 10 December tells 8 January, and on 7 January the "
            "answer leaves: one holding reply in December, within the deadline and with a later date, and one first "
            "response in January."
        ),
    ),
    Definition(
        "hours",
        pgettext_lazy("how we count", "Weekdays and hours"),
        _(
            "Tickets by the weekday and hour in Brussels at which they came, and at which their first answer was "
            "handed over; the hour in Kyiv stands beside it."
        ),
        _("A request of Monday, 23:30 in Kyiv, stands at Monday, 22."),
    ),
    Definition(
        "compliance",
        pgettext_lazy("how we count", "Compliance"),
        _(
            "An exact count of all deadlines whose last day lies in the period. Kept and extended with notice is what "
            "ended before its last day was over; closed without it, if that was in time too; all else that ended is "
            "late. What is open is late from the end of its last day on. Deadlines that were replaced after a change "
            "of rules, or whose ticket was merged or is spam, are counted apart. The share is that of the kept ones "
            "among the kept and the late ones."
        ),
        _(
            "Of five deadlines of November three were kept, one was answered a day late and one was extended in time: "
            "three of four are kept, 75 %."
        ),
    ),
)
