"""The English phrases that answers are made of, each as it stands after apostrophes are dropped."""

from aboveloop.understand.words.lexicon import Lexicon, Role, clauses, phrases, words

_PHRASES: dict[Role, str] = {
    "yes": """
        yes; yep; yeah; yea; yup; yip; ya; yah; yh; aye; yes yes; yessir; yes sir; sure; sure thing; for sure;
        surely; absolutely; definitely; certainly; of course; affirmative; yes indeed; indeed; by all means; hell
        yes; oh yes; yes of course; yes absolutely; yes definitely; my answer is yes; the answer is yes; its a yes;
        that is a yes; thats a yes; i say yes; yes from me; why yes
    """,
    "agreed": """
        y; k; kk; ok; okay; okey; oki; okie; okeydokey; okey dokey; okie dokie; okay then; fine; thats fine; that is
        fine; its fine; fine by me; fine with me; thats ok; thats okay; that is ok; that is okay; ok with me; okay
        with me; alright; all right; alrighty; right you are; go on then; go on; go ahead; please go ahead; you can go
        ahead; you may go ahead; go right ahead; go for it; do it; do that; do so; do this; please do; pls do; just do
        it; lets do it; lets do that; lets do this; lets go ahead; lets go; make it so; proceed; please proceed; you
        can proceed; you may proceed; carry on; continue; please continue; i confirm; i can confirm; i confirm that; i
        confirm this; confirm; confirmed; i agree; agreed; i accept; accept; accepted; i approve; approved; correct;
        thats correct; that is correct; this is correct; thats right; that is right; this is right; its correct; its
        right; that looks right; that looks correct; looks right; looks good; looks correct; thats good; that is good;
        exactly; you may; you can; you can do that; you can do it; id like that; i would like that; i want that; that
        would be great; that would be good; that would be nice; that would be perfect; that would be lovely; that
        would be fine; thatd be great; sounds good; sounds great; sounds fine; sounds perfect; sounds right; that
        sounds good; that sounds great; that sounds fine; that sounds right; works for me; that works; that works for
        me; im sure; i am sure; quite sure; very sure; totally; it is; i do; i would; that is; we do; thats the one;
        that is the one; thats what i want; that is what i want; deal; you got it; thats it exactly; all correct; all
        good go ahead; you have my permission; you have my approval; you have my ok; please confirm; thumbup
    """,
    "no": """
        no; nope; nah; naw; nay; no no; negative; no thanks; no thank you; no thankyou; no thx; no ty; no way; hell
        no; oh no; absolutely not; definitely not; certainly not; of course not; by no means; under no
        circumstances; please no; not yet; no not yet; not now; not today; not this time; dont; do not; please dont;
        please do not; pls dont; dont you dare; never; dont want to; i dont want to; i do not want to; i dont want
        you to; i do not want you to; i dont wish to; i do not wish to; i no longer want to; i wont; i will not; id
        rather not; i would rather not; rather not; i would prefer not to; id prefer not to; better not; leave it;
        leave it alone; leave it as is; leave it as it is; leave that; keep it; keep it as is; keep it as it is;
        keep them; keep my order; keep the order; id rather keep it; i want to keep it; i will keep it; ill keep it;
        ill keep them; stop; stop it; stop that; please stop; abort; never mind; nevermind; forget it; forget about
        it; forget that; changed my mind; ive changed my mind; i changed my mind; i have changed my mind; thats
        wrong; that is wrong; thats not right; that is not right; thats not correct; that is not correct; this is
        not right; its wrong; incorrect; not correct; not right; its not right; not ok; not okay; thats not ok; that
        is not ok; not what i want; thats not what i want; that is not what i want; thats not what i asked for;
        thats not what i said; i refuse; i decline; decline; declined; i disagree; disagree; i object; rejected;
        thumbdown; im good; i am good; im fine; no im good; no need; there is no need; theres no need; not for me;
        not interested; im not interested; no deal; do nothing
    """,
    "no_alone": """
        i dont; i do not; i didnt; i did not; i havent; i have not; it isnt; it is not; its not; it wasnt; it was
        not; it doesnt; it does not; it didnt; it did not; it hasnt; it has not; they arent; they are not; they
        dont; they didnt; not really; not at all; i cant; i would not; i wouldnt; im not; i am not; thats not it;
        that is not it; we dont; we didnt; dont think so; i dont think so; i do not think so; i think not; not
        exactly; not particularly; not quite; nothing
    """,
    "unsure": """
        i guess; i guess so; i suppose; i suppose so; i think so; guess so; suppose so; i guess yes; yes i guess; yes
        i guess so; yes i suppose; if you say so; if i must; not sure; im not sure; i am not sure; unsure; not
        certain; not entirely sure; not so sure; not 100 sure; maybe; perhaps; possibly; probably; might; i dont know;
        i do not know; dont know; dunno; idk; no idea; no clue; i have no idea; let me think; let me check; i need to
        think; i have to think; need to think; depends; it depends; that depends; wait; wait a minute; wait a second;
        wait a moment; please wait; hold on; hang on; one moment; one second; one sec; just a second; not so fast;
        hmm; hmmm; later; why not; whatever; yes and no; no and yes; i dont care; do i have to; i dont want it; i do
        not want it; i dont want that; i do not want that; i dont want this; i do not want this; i dont want them; i
        do not want them; i dont want these; i dont want any; dont want it; dont need it; i dont need it; i do not
        need it; i dont need them; i dont like it; dont like it; i dont want to keep; i do not want to keep; dont want
        to keep; i dont understand; i do not understand; dont understand; i cant decide; undecided; confused; im
        confused; i dont trust; dont keep it; do not keep it; dont keep; do not keep; not anymore; not any more; no
        more; no doubt; no objection; no objections; i have no choice; no longer; i no longer want it; i no longer
        need it
    """,
    "courtesy": """
        please; pls; plz; plse; thanks; thank you; thank u; thankyou; thx; tnx; ty; tysm; cheers; thanks a lot; many
        thanks; thank you very much; thanks very much; thank you so much; thanks so much; much appreciated;
        appreciate it; i appreciate it; hi; hello; hey; hi there; hello there; good morning; good afternoon; good
        evening; great; good; cool; nice; perfect; lovely; awesome; brilliant; wonderful; excellent; super; amazing;
        fantastic; now; right now; well; so; oh; ah; um; uh; and; sir; madam; maam; dear; kindly; right away;
        straight away; immediately; asap; as soon as possible; for me; no problem; no problem at all; no worries;
        not a problem; dont worry; no rush; no stress; if you can; if possible; if you could; if you would; would
        you; could you please; thats all; that is all; nothing else; no changes; no change; no further questions; no
        other questions; all good; mate; buddy; my friend; smile; very much; then; sorry; my bad; apologies
    """,
    "echo": """
        i did; it was; it does; it did; it has; they are; they did; they do; they were; they have; i have; i am; i
        was; we did; we have; he did; she did; he does; she does; there is; there are; there was; there were
    """,
    "change": """
        but; instead; change; changing; except; rather; different; only; just; if; unless; other; also; too; as long
        as; provided; without; make it; switch; plus; both; all; half; part of; more; less; another; as well;
        everything; every; always; after; before; when; once; until; first; size; colour; color; address
    """,
    "other": """
        the other; the other one; other one; the other order; my other order; other order; another one; another
        order; the other pair; the other thing; the other address; a different one; a different order; different
        order; different one; not that one; not this one; not that order; not this order; wrong one; wrong order;
        the wrong one; the wrong order; thats the wrong one; thats the wrong order; that is the wrong order; that is
        the wrong one; its the other one; its another one; its another order; i mean the other one; i meant the
        other one; i meant the other order; i mean the other order; i mean another order; i meant another order; i
        meant another one; i mean another one; i want the other one; the previous one; the previous order; the older
        one; the older order; the newer one; my older order; the newer order; the next one; the one before; the
        earlier one; the earlier order
    """,
}

_VERBS = """
    cancel; refund; return; exchange; send; ship; change; update; book; replace; resend; reship; process; submit;
    complete; finish; correct; swap; move; extend; place; order; pay; charge; renew; close
"""
_OBJECTS = """
    it; this; that; them; one; the order; my order; this order; that order; the refund; my refund; the return; my
    return; the exchange; the replacement; a replacement; the address; my address; the change; the changes; the
    payment; my payment; the item; the items; the booking; my booking; the reservation; my reservation; the request;
    my request; me; my money; the money; it back; them back; it all; it to me; the subscription; my subscription;
    the flight; my flight
"""
# Before the verb; the first is nothing at all.
_OPENERS = """
    ; i want to; i want you to; id like to; i would like to; id like you to; i would like you to; you can; you may;
    can you; could you; i do want to
"""
_WHOLE_CLAUSES = """
    i want my money back; give me my money back; give it back; give me the money; give me the refund; give me a
    refund; i want a refund; i want the refund; i want a replacement; i want the replacement; i want an exchange; i
    want the exchange; send me a new one; send a new one; send me another pair
"""


# After a bare "no" without a comma, these begin a sentence of their own; "no shoes in the box" is no answer.
_CARRIES_ON = """
    i im id ive ill it its that thats this these please not another wrong my you we keep leave change make use send
    wait dont do because cause cos there actually only just the other thank thanks sorry never different stop forget
    cancel refund absolutely definitely what why
"""
ENGLISH = Lexicon.of(
    _PHRASES,
    clauses=clauses(_OPENERS, _VERBS, _OBJECTS) + phrases(_WHOLE_CLAUSES),
    clause_verbs=frozenset(verb for (verb,) in phrases(_VERBS)) | {"money", "give"},
    # Words that mean much the same in a proposal and in the answer to it.
    same_meaning=(
        frozenset({"refund", "refunded", "money", "give", "pay", "return"}),
        frozenset({"cancel", "cancelled", "canceled", "cancellation", "cancelling"}),
        frozenset({"exchange", "swap", "replace", "replacement", "exchanged", "replaced", "change", "another"}),
        frozenset({"return", "returned", "send", "back", "returning"}),
        frozenset({"change", "changed", "update", "updated", "correct", "corrected", "move", "new"}),
        frozenset({"send", "sent", "ship", "shipped", "resend", "reship", "sending"}),
        frozenset({"book", "booked", "order", "ordered", "place", "placed", "reserve", "booking"}),
    ),
    bare_no=words("no"),
    carries_on=words(_CARRIES_ON),
    # "leave it" is a no, "leave it with the neighbours" is not: these need to stand without unknown words.
    no_by_itself=words("leave keep stop abort forget changed ive ill id im"),
    keeps=words("keep"),
    negates=words("dont not to"),
    # Never part of a yes, even where the proposal held them ("this cannot be undone").
    against=words(
        "not no never cannot cant wont nothing none without against undo undone nor neither stop",
    ),
    small_words=words(
        "the a an my your it this that to for of on in is be will i you me and from with order",
    ),
    # Words that may stand beside "the other one" in a short answer.
    beside_other=words("i meant mean want it its for actually no is about a the to"),
    not_this=words("not wrong"),
)
