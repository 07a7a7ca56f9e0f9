"""Patterns for promises of a cancellation, a replacement or a change."""

from collections.abc import Iterator

from csat_tui.domain.promises.phrases import (
    BE_DONE,
    BE_SURE,
    CANCEL_NOUN,
    CHANGES,
    CONSIDER,
    FILL,
    GAP,
    HAVE,
    HEAD,
    REPLACEMENT,
    SAID_DONE,
    THAT,
    WILL,
    YOU_GET,
    Deed,
)


def cancel() -> Iterator[Deed | str]:
    """Yield the ways to promise a cancellation."""
    yield Deed(
        r"(?:remove|take|unenroll)",
        r"(?:removed|taken|unenrolled)",
        r"(?:removing|taking|unenrolling)",
        r"\syou\s(?:from|off(?:\sof)?|out\sof)\s(?:the|our|your|all|any)\b",
    )
    yield Deed(
        (
            r"(?:put|push|get|take\scare\sof|handle|arrange|start|initiate|file|finali[sz]e|make|request|"
            r"enter|register|action)"
        ),
        (
            r"(?:put|pushed|got(?:ten)?|taken\scare\sof|handled|arranged|started|initiated|filed|finali[sz]ed|"
            r"made|requested|entered|registered|actioned)"
        ),
        (
            r"(?:putting|pushing|getting|taking\scare\sof|handling|arranging|starting|initiating|filing|"
            r"finali[sz]ing|making|requesting|entering|registering|actioning)"
        ),
        rf"\s{FILL}cancell?ation\b",
    )
    yield rf"{CONSIDER}cancell?ed\b"
    yield rf"{SAID_DONE}cancell?ed\b"
    yield Deed(
        r"pull\sthe\splug",
        r"pulled\sthe\splug",
        r"pulling\sthe\splug",
        rf"\son\s{FILL}{CANCEL_NOUN}\b",
    )
    yield Deed("cancel", "cancel(?:l?ed)", "cancel(?:l?ing)", r"\b(?!\sat\sany)")
    yield Deed(
        (
            r"(?:close|end|terminate|stop|deactivate|delete|discontinue|remove|halt|shut\sdown|turn\soff|"
            r"switch\soff|unsubscribe)"
        ),
        (
            r"(?:closed|ended|terminated|stopped|deactivated|deleted|discontinued|halted|shut\sdown|"
            r"turned\soff|switched\soff|unsubscribed)"
        ),
        (
            r"(?:closing|ending|terminating|stopping|deactivating|deleting|discontinuing|halting|"
            r"unsubscribing|turning\soff|switching\soff)"
        ),
        (
            rf"\s(?:down\s)?(?:(?:the|your|this|that|all|any|future|further|next|both|upcoming|from|"
            rf"automatic|\w{{2,10}}'s)\s){{0,4}}{CANCEL_NOUN}\b"
        ),
    )
    yield Deed(
        r"(?:process|submit|put\sthrough|complete|confirm|do)",
        r"(?:processed|submitted|put\sthrough|completed|confirmed|done)",
        r"(?:processing|submitting|putting\sthrough|completing|doing)",
        rf"\s{FILL}cancell?ation\b",
    )
    yield (
        rf"\b(?:your|the|this|that|next|both)\s(?:\S{{1,16}}\s){{0,3}}?{CANCEL_NOUN}(?:\s(?:#?"
        rf"\w{{0,4}}\d{{2,18}}|(?:for|of|on|with|due)(?:\s\S{{1,16}}){{1,4}}?))?{BE_DONE}(?:cancell?ed|"
        rf"closed|terminated|stopped|ended|deactivated|deleted|set\sto\s(?:end|cancel)|discontinued)\b"
    )
    yield rf"\border\s#?\w{{0,4}}\d{{2,18}}{BE_DONE}cancell?ed\b"
    yield (
        r"\b(?:subscription|plan|account|membership|order|box|delivery|shipment)\s(?:#?\w{1,20}\s)?(?:is|"
        r"has\sbeen)\s(?:now\s|already\s)?cancell?ed\b"
    )
    yield rf"(?<!\w)(?:{THAT}|you){BE_SURE}(?:cancell?ed|unsubscribed|stopped)\b"
    yield (
        r"\b(?:your|the)\s(?:\w+\s)?cancell?ation\s(?:\S{1,16}\s){0,4}?(?:(?:has|have)(?:\snow|"
        r"\salready)?\sbeen|is|will\sbe|takes|will\stake|went)\s(?:now\s|all\s|already\s)?(?:processed|"
        r"confirmed|done|complete[d]?|effective|effect|submitted|through|set|in\sprogress|scheduled|"
        r"active)\b"
    )
    yield (
        rf"{HEAD}(?:your\s)?(?:cancell?ation\s(?:is\s)?(?:confirmed|done|processed|complete[d]?)|"
        rf"(?:subscription|order|plan|account|membership)\scancell?ed)\b"
    )


def replacement() -> Iterator[Deed | str]:
    """Yield the ways to promise a replacement."""
    yield Deed(
        r"(?:re-?do|re-?make|re-?pack|re-?order|re-?issue|repeat)",
        r"(?:re-?done|re-?made|re-?packed|re-?ordered|re-?issued|repeated)",
        r"(?:re-?doing|re-?making|re-?packing|re-?ordering|re-?issuing|repeating)",
        rf"\s{FILL}(?:orders?|box(?:es)?|meals?|deliver(?:y|ies)|shipment|package|items?)\b",
    )
    yield Deed(
        "(?:swap|switch|exchange)",
        "(?:swapped|switched|exchanged)",
        "(?:swapping|switching|exchanging)",
        rf"\s(?:out\s)?{FILL}for\s(?:a\s(?:brand\s)?(?:new|fresh)|another)\sone\b",
    )
    yield (
        rf"\b(?:i|we){HAVE}{GAP}(?:arranged|asked)\s(?:for\s)?(?:\S{{1,16}}\s){{1,6}}?"
        rf"to\sbe\s(?:re-?sent|re-?shipped|re-?delivered|(?:sent|shipped|delivered)\s(?:out\s)?again)\b"
    )
    yield rf"{CONSIDER}replaced\b"
    yield rf"{SAID_DONE}(?:replaced|re-?sent|re-?shipped)\b"
    yield Deed(
        "(?:replace|re-?send|re-?ship|re-?deliver|re-?dispatch|re-?place)",
        "(?:replaced|re-?sent|re-?shipped|re-?delivered|re-?dispatched)",
        "(?:replacing|re-?sending|re-?shipping|re-?delivering|re-?dispatching)",
        r"\b",
    )
    yield Deed(
        (
            r"(?:send|request|ship|bring|dispatch|mail|arrange|order|get|put|add|organi[sz]e|schedule|deliver|issue|"
            r"process|set\sup|provide|place|create|book|pack|include|drop)(?:\sfor)?(?:\sout|\soff|\sover|"
            r"\sthrough|\sup)?"
        ),
        (
            r"(?:sent|requested|shipped|dispatched|mailed|arranged|ordered|got(?:ten)?|put|added|organi[sz]ed|"
            r"scheduled|"
            r"delivered|issued|processed|set\sup|provided|placed|created|booked|packed|"
            r"included)(?:\sfor)?(?:\sout|\soff|\sover|\sthrough|\sup)?"
        ),
        (
            r"(?:sending|requesting|shipping|dispatching|mailing|arranging|ordering|getting|putting|adding|"
            r"organi[sz]ing|"
            r"scheduling|delivering|issuing|processing|setting\sup|providing|placing|creating|booking|packing|"
            r"including)(?:\sfor)?(?:\sout|\soff|\sover|\sthrough|\sup)?"
        ),
        rf"\s(?:you\s)?{FILL}{REPLACEMENT}\b",
    )
    sent = (
        r"(?:on\s(?:its|the|their)\sway|sent|shipped|dispatched|arranged|scheduled|confirmed|secured|"
        r"ordered|added|coming|"
        r"out\sfor\sdelivery|being\s\w+|going\sout|leaving|arriving|with\syou|packed|booked|placed|"
        r"set\sup|delivered|processed|issued|mailed|en\sroute|heading|yours|included)"
    )
    thing = (
        r"(?:replacements?|re-?ship(?:ment)?|(?:new|another|fresh|second)\s(?:\w+\s)?(?:box|order|one|meal|package|parcel|"
        r"item|shipment))"
    )
    yield (
        rf"\b(?:your|the|a|an|our|this|free)\s(?:\w+\s){{0,2}}?{thing}(?:\s(?:for|of|"
        rf"with)?\s?(?:\S{{1,20}}\s?){{1,6}}?)??(?:{BE_DONE}|\s){sent}\b"
    )
    yield (
        rf"\b(?:a|an|the|your|our)\s(?:\w+\s)?{thing}\s(?:\S{{1,20}}\s){{0,5}}?(?:travels|goes\sout|ships|"
        rf"arrives|comes|leaves|will\s(?:\w+\s)?(?:arrive|ship|leave|go|come|reach|be\s\w+)|reaches|"
        rf"should\s(?:arrive|reach))\b"
    )
    yield (
        r"\banother\s(?:\w+\s)?(?:box|one|meal|order|package|parcel)\s(?:\S{1,16}\s){0,4}?(?:is|will|goes|"
        r"ships|has|leaves|comes|arrives)\b"
    )
    yield (
        rf"\b(?:your\s(?:\w+\s)?(?:order|box|meals?|items?|package|parcel)|{THAT}|"
        rf"the\smissing\s\w+){BE_SURE}(?:replaced|re-?sent|re-?shipped|sent\s(?:out\s)?(?:again|anew)|"
        rf"re-?delivered)\b"
    )
    yield rf"{YOU_GET}{FILL}{REPLACEMENT}\b"
    yield r"\b(?:expect|promise\syou|guarantee\syou)\s(?:a|the|your|that)\s(?:\w+\s){0,3}(?:replacement|new\sbox)\b"
    yield (
        rf"{HEAD}(?:a\s|your\s|the\s)?(?:replacement|new\s(?:box|order|one))\s(?:is\s)?(?:on\s(?:its|"
        rf"the)\sway|sent|shipped|ordered|coming|arranged|scheduled)\b"
    )
    yield (
        rf"\b(?:the|your)\s(?:missing|correct|right)\s(?:\S{{1,16}}\s){{0,3}}?(?:(?:will|"
        rf"'ll)\s(?:\w+\s)?be|has\s(?:\w+\s)?been|is\s(?:now\s|already\s)?being|"
        rf"is\s(?:now\s)?on)\s(?:\w+\s)?{sent}\b"
    )
    yield (
        rf"\b(?:courier|driver|carrier)\s(?:will|is\sgoing\sto)\s(?:\w+\s)?(?:bring|deliver|"
        rf"drop\soff)\s{FILL}{REPLACEMENT}\b"
    )


_CHANGE = (
    r"(?:change|update|switch|move|swap|reschedule|adjust|amend|modify|correct|set|edit|transfer|"
    r"upgrade|downgrade|skip|pause|resume|re-?activate|restart|re-?start|extend|unlock|reset|fix|"
    r"re-?route|redirect|postpone|delay|push|bring|add|remove|freeze|note|save|enter|exclude|drop|"
    r"reduce|increase|lower|raise|convert|merge|reverse|restore|reinstate|hold|put)"
)
_CHANGED_V = (
    r"(?:changed|updated|switched|moved|swapped|rescheduled|adjusted|amended|modified|corrected|set|"
    r"edited|transferred|upgraded|downgraded|skipped|paused|resumed|re-?activated|restarted|extended|"
    r"unlocked|reset|fixed|re-?routed|redirected|postponed|delayed|pushed|brought|added|removed|"
    r"frozen|noted|saved|entered|excluded|dropped|reduced|increased|lowered|raised|converted|merged|"
    r"restored|reinstated|held|put)"
)
_CHANGING = (
    r"(?:changing|updating|switching|moving|swapping|rescheduling|adjusting|amending|modifying|"
    r"correcting|setting|editing|transferring|upgrading|downgrading|skipping|pausing|resuming|"
    r"re-?activating|restarting|extending|unlocking|resetting|fixing|re-?routing|redirecting|"
    r"postponing|delaying|pushing|adding|removing|freezing|saving|excluding|reducing|increasing|"
    r"converting|merging|restoring|reinstating|holding|putting)"
)
_PAUSES, _PAUSED, _PAUSING = (
    (
        r"(?:pause|skip|swap|reschedule|reactivate|re-activate|switch|freeze|redirect|re-?route|change|"
        r"update|postpone|reinstate|upgrade|downgrade|move)"
    ),
    (
        r"(?:paused|skipped|swapped|rescheduled|re-?activated|switched|frozen|redirected|re-?routed|"
        r"changed|updated|postponed|reinstated|upgraded|downgraded|moved)"
    ),
    (
        r"(?:pausing|skipping|swapping|rescheduling|re-?activating|switching|freezing|redirecting|"
        r"re-?routing|changing|updating|postponing|reinstating|upgrading|downgrading|moving)"
    ),
)


def change() -> Iterator[Deed | str]:
    """Yield the ways to promise a change."""
    yield Deed(
        r"(?:deliver|ship|send|use)",
        r"(?:delivered|shipped|sent|used)",
        r"(?:delivering|shipping|sending|using)",
        rf"\s{FILL}(?:new|other|right|correct|updated)\s(?:address|place|house|flat|card)\b",
    )
    yield Deed(
        r"(?:take|leave|keep)",
        r"(?:taken|left|kept|took)",
        r"(?:taking|leaving|keeping)",
        rf"\s{FILL}(?:off|out\sof|from)\s(?:your|the|all)\s(?:\w+\s)?(?:menu|line-?up|rotation|box(?:es)?|plan|order|list|meals)\b",
    )
    yield (
        r"\byour\s(?:\w+\s){0,2}?(?:deliver(?:y|ies)|box(?:es)?|plan|address|order|day|slot)\s(?:is|"
        r"are)\snow\s(?:on|set|at|for|scheduled|going|the)\b"
    )
    yield Deed(
        "(?:swap|switch|exchange)",
        "(?:swapped|switched|exchanged)",
        "(?:swapping|switching|exchanging)",
        rf"\s(?:out\s)?{FILL}(?:for|with|to)\s",
    )
    yield (
        rf"{BE_SURE}(?:added|saved|noted|entered|recorded|updated|put|removed)\s(?:to|on|in|under|"
        rf"from)\s(?:your|the)\s(?:\w+\s)?(?:profile|account|file|order|plan|records?|menu|system)\b"
    )
    yield rf"{CONSIDER}(?:changed|updated|switched|moved|swapped|paused)\b"
    yield Deed(
        _CHANGE,
        _CHANGED_V,
        _CHANGING,
        rf"(?:\s(?:out|over|up|down|back|in))?\s{FILL}{CHANGES}\b",
    )
    them = (
        r"\s(?:it|you|that|this|them|everything)\s(?:\w+\s){0,2}?(?:to|onto|on|over|down|up|"
        r"back)\s(?!(?:you|date|our|my|the\s(?:team|kitchen|manager|lead))\b)\w"
    )
    yield Deed(
        "(?:set|change|move|switch|bump|upgrade|downgrade|push|shift|reschedule)",
        "(?:set|changed|moved|switched|bumped|upgraded|downgraded|pushed|shifted|rescheduled)",
        "(?:setting|changing|moving|switching|bumping|upgrading|downgrading|pushing|shifting|rescheduling)",
        them,
    )
    yield r"\byou(?:'re|\sare)\s(?:now|back|now\sback)\s(?:on|set\sto|at|down\sto|in)\s"
    yield (
        r"\byour\s(?:\w+\s){0,2}?(?:boxe?s?|deliver(?:y|ies)|orders?|shipments?|meals)\swill\s(?:now|"
        r"from\snow\son|instead)\s"
    )
    yield Deed(
        _PAUSES,
        _PAUSED,
        _PAUSING,
        (
            r"\s(?:it|that|this|them|everything|both|you(?<!update\syou)(?<!updated\syou)(?<!updating\syou))"
            r"\b(?!\s(?:will|is|means))"
        ),
    )
    yield Deed(
        r"(?:make|do|take\scare\sof|apply|action|process|put\sthrough|arrange)",
        (r"(?:made|done|taken\scare\sof|applied|actioned|processed|put\sthrough|arranged)"),
        "(?:making|doing|applying|actioning|processing|arranging)",
        (
            rf"\s{FILL}(?:changes?|swap|switch|updates?|pause|skip|adjustments?|corrections?|upgrade|"
            rf"downgrade)\b(?!\sof\s(?:mind|heart))"
        ),
    )
    yield (
        rf"\b(?:your|the|this|that|next|both|all)\s(?:\S{{1,16}}\s){{0,4}}?{CHANGES}(?:\s(?:for|of|on|"
        rf"with|to)(?:\s\S{{1,16}}){{1,4}}?)?{BE_DONE}(?:{_CHANGED_V}|on\shold|now\s(?:set|"
        rf"{_CHANGED_V}))\b"
    )
    yield rf"\b(?:subscription|plan|account|membership)(?:\s\w+)?{BE_DONE}(?:paused|on\shold)\b"
    yield (
        r"\b(?:subscription|plan|account|membership)\s(?:is|are|has\sbeen|was)\s(?:now\s|"
        r"already\s)?(?:paused|on\shold)\b"
    )
    yield rf"(?<!\w)(?:{THAT}){BE_SURE}(?:{_PAUSED}|corrected|adjusted|amended|fixed|sorted)\b"
    yield (
        r"\b(?:the|your)\s(?:\w+\s){0,2}(?:change|swap|switch|update|pause|"
        r"skip)\s(?:\S{1,16}\s){0,4}?(?:has(?:\snow|\salready)?\sbeen|is\s(?:now|all|already)?|"
        r"will\sbe)\s?(?:made|done|set|saved|processed|in\splace|confirmed|applied|completed?|active|"
        r"live)\b"
    )
    yield r"(?<!\w)from\s(?:\w+\s){1,4}on,?\syou(?:'ll|\swill)?\s(?:get|have|receive|be\son)\s"
    yield (
        r"\byour\snext\s(?:\w+\s)?(?:box|delivery|order|shipment)\s(?:now\s)?(?:goes|ships|"
        r"will\s(?:now\s)?(?:go|be\s(?:sent|delivered|shipped)))\s(?:\w+\s)?to\b"
    )
    yield (
        rf"{HEAD}(?:your\s|the\s|new\s)?(?:address|plan|meals?|menu|delivery\s(?:day|date)|box|"
        rf"subscription|account)\s{_CHANGED_V}\b"
    )
    yield (
        r"\b(?:i|we)(?:'ve|\shave)?\s(?:just\s|now\s|also\s)?put\s(?:\w+\s){1,5}?(?:on\s(?:hold|pause|"
        r"\d+\smeals)|in\sfor)\b"
    )
    yield rf"\b(?:i|we){WILL}{GAP}(?:put|get)\s(?:\w+\s){{1,5}}?on\s(?:hold|pause|\d+\smeals)\b"
