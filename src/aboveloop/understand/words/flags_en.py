"""The English forms of what makes a message delicate."""

from aboveloop.understand.words.dangers import Dangers

# What a person says somebody will do to somebody. Only a will ("I'll", "going to", "gonna") is a threat:
# "could kill for these boots" and "the heel is killing me" are not.
_WILL = (
    r"(?:will|'ll|shall|am\s?going\sto|'m\s(?:really\s)?going\sto|'re\sgoing\sto|are\sgoing\sto|(?:'m\s|am\s)?gonna|"
    r"swear\sto|want\sto|might\sjust)"
)
_WHOM = (
    r"(?:you(?!r\s(?:prices|competition|website))|u|him|her|them|y'all|someone|somebody|everyone|everybody|"
    r"your\s(?:family|kids|children|wife|husband|staff|people|colleagues?|boss|manager|driver|employees?|face)|"
    r"(?:the|that|this|that\sstupid|your)\s(?:driver|courier|clerk|man|woman|guy|manager|employee|lady|staff|agent|delivery\s\w+))"
)
_HARM = (
    r"(?:kill|murder|hurt|stab|shoot|beat\sup|beat|strangle|punch|slap|hit|smash|attack|destroy|burn|"
    r"break|bomb|poison|hunt\s(?:down\s)?|hunt\sdown|come\s(?:for|after)|find)"
)
_THREAT = (
    rf"\bi\s?{_WILL}\s(?:fucking\s|personally\s|just\s|so\s)?{_HARM}\s{_WHOM}\b"
    r"(?!\san?\s|\s(?:up\b|a\semail|an\semail|on|online|in\sthe\sshop|out|some|the\sbest|another|5|five|back|when|if\syou\sneed))",
    r"\b(?:we|i)\sknow\swhere\s(?:you|u|your\s\w+)\s(?:live|work|park|sleep)",
    r"\b(?:you|you're|u|they|he|she)(?:\sare|'re)?\s(?:all\s)?(?:will|'ll|gonna|going\sto|deserve\sto|should)\s(?:all\s)?(?:die|bleed|burn\sin|pay\swith\syour)",
    r"\byou(?:'re|\sare)\s(?:all\s)?(?:dead\b(?!\sright|\son|\sslow|\sline)|going\sto\sdie)",
    r"\bi\s(?:have|got|own|will\sbring|'ll\sbring)\sa\s(?:gun|knife|weapon|bomb)\b(?!\s(?:block|holder|bag|case|sharpener|set))",
    r"\b(?:burn|blow\sup|bomb|shoot\sup|torch)\s(?:down\s)?(?:your|the|this)\s(?:\w+\s)?(?:store|shop|office|warehouse|building|house|place|car)",
    r"\b(?:watch|better\swatch)\syour\sback\b",
    r"\b(?:i|we)(?:'m|'ll|\swill|\sam|\sare)?\s(?:coming|come)\s(?:to\syour\s(?:store|shop|office|house)|over|down|there|for\syou)\b.{0,60}"
    r"\b(?:hurt|kill|regret|smash|beat|violent|bleed|pay\sfor\sthis|break)",
    r"\byou(?:'ll|\swill|r\sstaff\swill)\s(?:all\s)?(?:regret\sthis|be\ssorry\s(?:when|if)\si)\b.{0,40}\b(?:live|come|find|hurt|house|knife|gun)",
    r"\bhope\s(?:you|he|she|they)\s(?:all\s)?(?:die|get\s(?:cancer|killed|hit\sby))",
)
_LEGAL = (
    r"(?<!for\s)(?<!to\s)\b(?:my|our)\s(?:lawyers?|attorneys?|solicitors?|legal\s(?:team|counsel|representative|insurance))\b"
    r"(?!'s\s(?:birthday|wedding|feet|present|gift)|\s(?:friend|brother|sister|husband|wife|cousin|daughter|son|shoes|look|outfit|loves?|wears?))",
    r"\b(?:speak|talk|contact|consult|consulting|hire|hiring|call|hear|hearing|letter|advice|go|going|turn|hand(?:ing)?\sthis\s(?:over\s)?)\s(?:to\s|with\s|from\s)?"
    r"(?:a|an|my|our|the)\s(?:lawyer|attorney|solicitor)",
    r"\b(?:sue|suing)\s(?:you|your|u|the\scompany|this\scompany|them|larkspur|for\s(?:damages|compensation|breach|it|this)|over)\b",
    r"\b(?:will|'ll|going\sto|gonna|can|could|shall)\ssue\b(?!\s(?:be|know|call|come|who))",
    r"\blegal\s(?:action|proceedings|steps|claim|consequences|recourse|measures|case|notice|department\swill)\b",
    r"\b(?:see|meet)\s(?:you|u|y'all)\sin\scourt\b",
    r"\b(?:take|taking|bring|drag|go|going)\s(?:you|this|it|them|the\smatter)?\s?(?:all\sthe\sway\s)?to\s(?:the\s)?(?:small\sclaims\s)?courts?\b(?!\s(?:shoe|side|heel|\d))",
    r"\bsmall\sclaims\b|\bclass\saction\b|\bombudsman\b|\btrading\sstandards\b|\blaw\s?suit\b|\blitigation\b",
    r"\bconsumer\s(?:protection|rights)\s(?:agency|authority|organi[sz]ation|office|board|centre|center|body)\b",
    r"\breport(?:ing)?\s(?:you|this|your\scompany)\sto\s(?:the\s)?(?:authorit|police|regulator|data\sprotection|better\sbusiness|ftc|attorney\sgeneral)",
)
_SELF_HARM = (
    r"\b(?:kill(?:ing)?|hang(?:ing)?|drown(?:ing)?|shoot(?:ing)?)\smyself\b(?!\s(?:laughing|in\sthese|over\sthe\sprice|out\sof))",
    r"\b(?:end|ending|take|taking)\s(?:my\s(?:own\s)?life|it\sall)\b(?!\s(?:savings|with\sme))",
    r"\b(?:want|wish|going|like|ready)\s(?:to\s|i\swas\s|i\swere\s)(?:die|be\sdead|dead)\b(?!\s(?:of|from|for|laughing|in\sthese|on|right))",
    r"\bsuicid(?:e|al)\b(?!\s(?:squad|prevention|hotline|poster|shirt|doors|boys|girls))",
    r"\b(?:want|going|about|tempted|need|will|'ll|thinking\sof|keep)\s(?:to\s)?(?:hurt(?:ing)?|harm(?:ing)?|cut(?:ting)?)\smyself\b"
    r"(?!\s(?:on|with\sthe\s(?:zip|zipper|buckle)|in\sthese|again\son|some|a\s|walking|a\spiece))",
    r"\bself[\s-]harm",
    r"\b(?:don't|do\snot)\s(?:want\sto|wanna)\s(?:live|be\salive|be\shere|exist|wake\sup)\b(?!\s(?:with|without|in|near|all|until|for|on|at|like|again|when))",
    r"\b(?:no|any)\s(?:reason|point)\s(?:to|in)\s(?:live|living|go\son\sliving|carry\son\sliving)\b",
    r"\bbetter\soff\s(?:dead|without\sme)\b",
    r"\b(?:can't|cannot|can\snot)\s(?:go\son|take\sit)\s(?:any\s?more\b.{0,40}\b(?:life|living|live|alive)|living)\b",
)
_RULES = (
    r"(?:instruction|rule|prompt|polic(?:y|ies)|guideline|limit|restriction|constraint|safeguard|safety|guardrail|programming|training|"
    r"approval|verification|procedure|direction|command|directive)s?"
)
_MACHINE = (
    r"(?:ai|a\.i\.|bot|chatbot|assistant|agent|worker|system|model|llm|language\smodel|gpt|claude|automated\s\w+)"
)
_DEED = (
    r"(?:refund|approve|pay|cancel|grant|issue|send|credit|transfer|release|process|give|return|delete|export|disclose)"
)
# What nobody but its owner orders a machine to do; "the system has to confirm it" is something that people report.
_ORDERED = r"(?:refund|approve|pay|grant|issue|credit|transfer|ignore|delete|export|disclose|reveal|obey|comply)"
_INJECTION = (
    rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|bypass(?:ing)?|overrid(?:e|ing)|overrule|circumvent|forget|skip|disable|turn\soff)\s"
    rf"(?:(?:all|any|every|the|your|those|these|of|my|its|previous|prior|above|earlier|preceding|initial|original|existing|current|system|safety|internal|company|store|refund|usual|normal|standard|spending|amount|hidden|other|and|or)\s){{0,6}}{_RULES}\b"
    r"(?!\s(?:in\sthe\sbox|on\sthe\s(?:label|box|package|leaflet|website|tin|bottle)|that\scame|leaflet|booklet|manual|i\ssent))",
    r"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget)\s(?:all\s|everything\s|anything\s)(?:(?:of\s)?(?:the\s|your\s)?(?:previous|prior|above|before|earlier)|you\s(?:were|have\sbeen|know|'ve\sbeen))",
    r"\byou\sare\s(?:now|no\slonger)\s(?:an?\s|in\s|the\s)?(?:\w+\s){0,2}(?:ai|bot|assistant|model|dan|admin\w*|developer|unrestricted|jailbroken|free\s(?:from|of)|bound|mode|manager|supervisor|pirate|agent|terminal|root|refund\w*|allowed|authori[sz]ed|permitted)\b",
    r"\b(?:act|behave|respond|answer|reply)\s(?:as|like)\s(?:if\s(?:you|there)|though\syou|an?\s(?:unrestricted|admin\w*|different|developer|ai|human\swith|manager|supervisor|system))",
    r"(?:^|[.!?,:;\n]\s*|\b(?:please|now|and|must|should)\s)pretend\s(?:to\sbe|that|you(?:'re|\sare|\shave)?)\b",
    r"(?:^|[\n.!?;>\]\"'({*-]\s*)(?:#{1,6}\s?)?[\[<(|{]{0,3}(?:system|assistant|developer|admin|root|im_start|inst)(?:\s(?:message|prompt|note|override|instruction)s?)?[|\]>)}]{0,3}\s?:",
    r"<\|?/?(?:system|assistant|im_start|im_end|endoftext|inst)\b|\[/?(?:inst|system)\]|\bbegin\ssystem\b|\bend\sof\s(?:prompt|system|instructions)\b",
    r"\bsystem\s(?:prompt|message|override|instruction)s?\b|\b(?:developer|debug|god|admin|sudo|maintenance)\smode\b|\bjail\s?break|\bprompt\sinjection\b|\bdo\sanything\snow\b",
    r"\b(?:new|updated|following|revised|real|secret|special)\s(?:system\s)?instructions?\s(?:for\s(?:you|the\s)|are|is|from|:)|\bnew\sinstructions?\s?:",
    rf"\b(?:note|message|instructions?|attention|memo|reminder|info)\s(?:to|for)\s(?:the\s|any\s|all\s|our\s)?(?:processing\s|reading\s|customer\sservice\s)?{_MACHINE}s?\b(?!\s(?:driver|manager))",
    rf"\b(?:the\s|this\s|any\s|every\s|dear\s|hey\s)?{_MACHINE}\s(?:processing\s\w+\s|reading\sthis\s|handling\sthis\s(?:\w+\s)?)?(?:must|should|shall|needs?\sto|has\sto|have\sto|is\sto|are\sto|is\sauthori[sz]ed\sto|is\sallowed\sto|is\sinstructed\sto|may)\s(?:now\s|always\s|immediately\s|automatically\s|please\s)?{_ORDERED}\b",
    rf"\b(?:ai|assistant|bot|system)\s?:\s?(?:please\s)?(?:you\s(?:must|should|will)\s)?{_DEED}\b",
    rf"\b{_DEED}\b[^.?!\n]{{0,60}}\b(?:without|bypassing|skipping|no\sneed\sfor)\s(?:any\s|the\s|further\s|asking\s(?:for\s)?|requiring\s|needing\s|human\s|manager\s|waiting\sfor\s)*(?:approvals?|verification|confirmation|review|checks?|authori[sz]ation|permission|asking|questions)\b",
    r"\b(?:mark|treat|consider|record|log|flag)\s(?:this|it|me|the|my)(?:\s\w+){0,3}\sas\s(?:already\s)?(?:approved|verified|confirmed|authori[sz]ed|trusted|allowed)\b",
    r"\b(?:print|show|reveal|repeat|output|tell\sme|display|leak|dump|give\sme)\s(?:me\s)?(?:your|the)\s(?:\w+\s){0,2}(?:prompt|instructions|system\smessage|configuration|hidden\srules|internal\srules|guidelines|api\skey)\b",
    r"\b(?:i\sam|i'm|this\sis)\s(?:the|an?|your)\s(?:new\s)?(?:\w+\s)?(?:admin(?:istrator)?|developer|ceo|programmer|supervisor|system\sowner|engineer|creator)\b.{0,80}\b(?:approv|authori[sz]|refund|allow|overrid|command|order\syou|instruct|enable|disable)",
    r"\byour\s(?:new\s|real\s|only\s|true\s)(?:role|job|goal|instructions?|purpose|mission|rules?)\s(?:is|are)\b",
    r"\b(?:policy|limit|rule|restriction|verification|approval)s?\s(?:does|do|has|have|is|are)\s(?:not|no\slonger)\s(?:apply|been\sin|in\s(?:force|effect)|valid|needed|required)\b",
    r"\b(?:without|never|don't|do\snot)\s(?:ever\s)?(?:ask|asking|require|requiring|request|requesting)\s(?:me\s)?(?:for\s)?(?:any\s)?(?:approval|confirmation|verification|identification|authori[sz]ation)\b",
    r"\b(?:automatically|auto|pre)[\s-]?approved?\s(?:this|all|my|the|refund|by\s(?:the\s)?(?:system|admin|management))\b",
)
_ANGER = (
    r"\b(?:i'm|i\sam|we're|we\sare|getting|so|very|really|extremely|beyond|absolutely)\s(?:so\s|very\s|really\s|extremely\s|getting\s|absolutely\s|quite\s|beyond\s)*"
    r"(?:angry|furious|livid|fuming|enraged|outraged|mad\sat|pissed(?:\soff)?|fed\sup|disgusted|sick\sof|sick\sand\stired|appalled|infuriated|raging)\b",
    r"\b(?:furious|livid|outrageous|appalling|disgraceful|disgusting\s(?:service|company|behaviou?r|treatment|people)|despicable|shameful)\b",
    r"\b(?:is|are|was|been|absolutely|totally|completely|utterly|how|this|beyond|simply)\s(?:absolutely\s|totally\s|completely\s|utterly\s|so\s|just\s|simply\s)*"
    r"(?:ridiculous|unacceptable|pathetic|a\sjoke|a\sdisgrace|an\soutrage|a\sscam|scammers|thieves|crooks|bullshit|garbage\sservice)\b",
    r"\b(?:worst|shittiest|crappiest)\s(?:\w+\s)?(?:company|service|shop|store|experience|support|customer\s\w+|business)\b",
    r"\bwhat\sa\s(?:joke|scam|disgrace|rip-?off|load\sof|bunch\sof)\b",
    r"\b(?:wtf|what\sthe\s(?:fuck|hell)|fuck(?:ing|\s?you|\soff)?|bullshit|piece\sof\s(?:shit|crap)|assholes?|idiots?|morons?|bastards?|screw\syou|go\sto\shell)\b",
    r"\b(?:fed\sup|sick\sand\stired|had\senough|lost\s(?:all\s)?(?:my\s)?patience|never\s(?:ever\s)?(?:order|buy|shop)(?:ing)?\s(?:from\s|with\s|at\s)?(?:you|here|again))\b",
)

ENGLISH = Dangers.of(
    "en",
    threat=_THREAT,
    legal=_LEGAL,
    self_harm=_SELF_HARM,
    injection=_INJECTION,
    angry=_ANGER,
    not_angry=r"\b(?:not|n't|never|isn't|without\sbeing)\s(?:\w+\s){0,2}$",
)
