"""The wording of wishes and of what undoes them, in five languages, and some Italian and Dutch."""

import re

_GAP = r"(?:[^\s,;]{1,20} ){0,5}"
_ADJECTIVE = (
    r"(?:live|product|quick|short|guided|full|private|free|proper|personal|online|remote|video|real|phone|sales"
    r"|intro(?:ductory)?|discovery"
    r"|brief|zoom|formal|written|official|firm|price|detailed|binding|kurze[nsr]?|petite|rápida|\d{1,2}[-"
    r" ]?min(?:ute)?s?)"
)
_DEMO = (
    rf"(?:{_ADJECTIVE} )*(?:demos?|demonstrations?|walk-?\s?throughs?|walk-?thr[uo]u?s?|guided tour|product tour"
    rf"|live tour|screen ?share"
    r"|\w{0,9}vorführung|\w{0,9}demo|d[ée]mos?|d[ée]monstration|demostraci[óo]n|demonstraç[ãa]o|apresentação"
    r"|dimostrazione|demonstratie"
    r"|presentaci[óo]n|présentation|präsentation|presentation of (?:the|your) \w{1,15})"
)
_SHOW = (
    r"(?:show|walk|talk|take|run) (?:me|us) (?:through|round|around|the (?:product|tool|software|platform|system"
    r"|app|thing|dashboard|\w{1,15} (?:screen|module|feature|view|app|part)|ropes)|your (?:product|tool|software"
    r"|platform|system|app|stuff)|it|this|that|what (?:it|you(?:r| can| do)|this)|how|exactly|please|pls|now|live"
    r"|first|quickly|next week|in action|on a (?:call|screen)|something|\W{0,3}$)"
    r"|show (?:me|us)$|(?:someone|somebody|you) (?:to )?(?:demo|present|demonstrate) (?:it|this|the|your)?"
    r"|demo (?:it|this|the \w{1,14}|your \w{1,14}) (?:bit|part|for (?:me|us))?|see (?:it|this|the (?:product|tool"
    r"|software|platform|system|app|thing)|your (?:product|tool|software|platform|system|app)) ?(?:in action|live"
    r"|working|running|for (?:myself|ourselves)|first|\W{0,3}$)"
    r"|zeigen sie (?:mir|uns)|zeig(?:t)? (?:mir|uns)|(?:mir|uns) (?:das|die|es)[^.,]{0,25}zeigen|(?:montrez"
    r"|montre)-(?:moi|nous)|(?:nous|me) montrer"
    r"|(?:mu[ée]stre|enséñe)(?:me|nos|nme|nnos)|mostrar?-(?:me|nos)|(?:ver|verlo|vê-lo) (?:en acción|funcionando|em"
    r" ação|funcionar)"
)
_PERSON = (
    r"(?:an? |the |your |one of your |some |any |my )?(?:(?:real|actual|live|sales|senior|local|competent|proper"
    r"|regional|account|human|solutions?|knowledgeable)[ -]){0,2}(?:humans?|persons?|someone|somebody|anyone"
    r"|anybody"
    r"|sales\w{0,8}|rep|reps|representative|agent|advis[oe]r|expert|specialist|consultant|manager|exec\w{0,6}|team"
    r"|people|guys|colleagues?|engineer|director|member|being|staff"
    r"|one of (?:you|your)|you (?:guys|people|directly|all)|whoever)"
    r"|(?:jemand\w{0,2}|(?:dem |einem |ihrem |eurem |einer )?(?:vertrieb\w{0,10}|mitarbeiter\w{0,4}|menschen"
    r"|berater\w{0,2}))"
    r"|(?:quelqu'un|(?:un |une |le |votre )?(?:commercial\w{0,2}|conseill\w{2,4}|humain|personne|vendeur))"
    r"|(?:alguien|(?:un |una |el )?(?:equipo de )?(?:ventas|asesora?|comercial|humano|persona|vendedor))"
    r"|(?:algu[ée]m|(?:um |uma |o )?(?:pessoa|vendas|vendedora?|consultora?|atendente))|qualcuno|un commerciale"
    r"|iemand"
)
_NO_TALK = (
    r"[ -](?:tools?|widgets?|bots?|box(?:es)?|software|systems?|apps?|solutions?|functions?|plug-?ins?|platforms?"
    r"|products?|features?|windows?|buttons?|cent(?:er|re)s?|track\w{0,3}|recording\w?|analytics|volumes?|logs?"
    r"|routing|requests?|handling|flows?|history|channels?|support|service|assistants?|agents?)(?!\w)"
    r"| (?:for|on) (?:our|my|the|a) (?:new )?(?:web ?sites?|sites?|shop|store|pages?|customers"
    r"|visitors|business|company|app)(?!\w)"
)
"""A chat widget or a call centre is a thing to have, and no talk with us."""
_TALK = (
    rf"(?:talk|speak|chat|meet|connect|discuss(?: \w{{1,12}}){{0,4}}|conversation|catch up|get in touch|word|reden"
    rf"|sprechen|parler|échanger|hablar|conversar|falar|parlare|praten|spreken)(?: (?:directly|live|quickly"
    rf"|about[^.,;]{{1,30}}|in person|avec|par téléphone))?"
    rf" (?:(?:to|with|avec|à|con|com|mit|met) )?(?:{_PERSON})(?!\w)"
    rf"|mit (?:{_PERSON})(?: \w{{1,15}}){{0,4}} (?:sprechen|reden|telefonieren)"
    r"|(?:call|ring|phone|contact|telephone|dial|bell|buzz) (?:me|us)(?: (?:back|on|at|now|today|tomorrow|asap"
    r"|please|pls|later|when|between|after|before|in|about|regarding|re|concerning|this|next|under|to|any ?time"
    r"|during|for|if|with|up|straight|monday|tuesday|wednesday|thursday|friday|mornings?|afternoons?)\b|"
    r" ?[+(\d:\ue002]|[\s\W]{0,4}$|,)"
    r"|(?:get|come) back to (?:me|us)|reach out(?: to (?:me|us))?|get in touch(?: with (?:me|us))?|give (?:me|us)"
    r" an? (?:call|ring|bell|shout|buzz|tinkle)|drop (?:me|us) a (?:call|line)"
    rf"|(?:put|patch|connect|transfer|hook|pass|refer|introduce) (?:me|us) (?:(?:through|up|over|on) )?(?:to|with)"
    rf" (?:{_PERSON})|put (?:me|us) through|connect (?:me|us)\W{{0,3}}$|transfer me\W{{0,3}}$|put me in touch"
    rf"|(?:{_ADJECTIVE} )*(?:phone call|video call|call(?: with| from| about| back|\W{{0,4}}$| to| this| next| on|"
    rf" at| tomorrow| today| please| later| soon| now| would| scheduled)|call-?\s?backs?|(?:a|an|the|another|book"
    rf"|schedule|arrange|first|quick|online|teams) (?:meeting|appointment)(?! (?:booking|remind|text|card))"
    rf"|sit-?down|zoom call)"
    r"|(?:a |an )(?:real |actual |live )?(?:human|person|rep|salesperson|sales ?person|sales rep|sales guy|agent"
    rf"|call|chat)(?!\w)(?!{_NO_TALK})|(?:a |the )?(?:phone )?(?:number|line) (?:i|we) (?:can|could) (?:call|ring"
    r"|phone|reach)|who (?:can|should|do|could) (?:i|we) (?:call|ring|phone|speak to|talk to|contact)"
    r"|(?:tell|ask|have|get) (?:your|one of|some|the|a|an) ?(?:[\w]{2,14} ){1,5}(?:to )?(?:call|ring|phone|contact"
    r"|reach|get hold of)(?: (?:me|us|\w{2,14}))?|(?:get|have) (?:someone|somebody) (?:to )?(?:call|ring|phone"
    r"|contact|reach|get hold)|a (?:quick "
    r"|short )?word|contact sales|sales (?:rep|calls?|person|guys?|people|pitch)|(?:the|your) sales (?:team"
    r"|department)"
    r"|r[üu]ckruf|(?:einen |ein )?(?:termin|gespräch|anruf|telefonat)|rufen sie (?:mich|uns)[^.,]{0,25} ?(?:an"
    r"|zurück)?|ruft? (?:mich|uns)[^.,]{0,20} (?:an|zurück)|(?:mich|uns)(?: \w{1,10}){0,3} (?:anrufen|zurückrufen"
    r"|kontaktieren)"
    r"|(?:rappelez|appelez|contactez|rappelle|recontactez)-(?:moi|nous)|(?:me|nous|m'|être) ?(?:rappeler|appeler"
    r"|contacter|recontacter|rappelé|rappelle|appelle)|(?:un |être )(?:rendez-vous|rdv|appel|rappel)"
    r"|(?:ll[áa]m|cont[áa]ct)(?:e|a|en|ar)(?:me|nos|nme|nnos)|(?:me|nos) (?:(?:pueden|puede|puedes|podrían|podría"
    r"|podéis) )?(?:llam(?:[ea]n?|ar)|contact(?:[ea]n?|ar))|(?:una |la )?(?:llamada|reuni[óo]n|cita)"
    r"|(?:me|nos) (?:lig(?:a|ue|uem|ar|asse)|contat\w{1,3}|contact\w{1,3})|(?:ligue|liga|contacte|contate)-(?:me"
    r"|nos)|(?:ligar|ligue|liguem) (?:para|pra) (?:mim|nós|a gente)|(?:uma )?(?:ligação|chamada|reunião)"
)
_TALK += (
    r"|(?:our|my) (?:own )?sales(?: (?:team|reps?|people|department|staff|guys?))?"
    r"|(?:someone|somebody|anyone|anybody|a person|a human) (?:(?:that|who|whom) )?(?:i|we) (?:can|could|may|might)"
    r" (?:speak|talk|chat) (?:to|with)"
)
_QUOTE = (
    rf"(?:{_ADJECTIVE} )*(?:(?<!to )(?<!can )(?<!you )quotes?(?! (?:me|you|from|him|her|them|in|of|this|that"
    rf"|someone)\b)|quotations?|proposals?|estimates?|(?<!we )(?<!you )(?<!they )(?<!to )offers?(?! (?:a|an|the|you"
    rf"|us|me|our|any|free|discounts?|demos?|training|support|in|for free)\b)|pro-?\s?forma)"
    r"|quote (?:us|me) (?:for|on|a|please)|quote us|\w{0,9}angebote?s?|kostenvoranschlag|offerte|devis|presupuesto"
    r"|cotizaci[óo]n|or[çc]amento|propuesta|proposta|preventivo|cotação"
)
_DECIDED = (
    r"(?:we|i)(?:'ll| will|'d like to|'re going to) (?:take|have) (?:it|them|two|three|one|the \w{1,14} (?:plan"
    r"|package|one|tier)|\d{1,5} (?:seats?|licen[cs]es?|units?|users?))|sign (?:us|me) up(?= \w{2,4}|\W{0,3}$)"
    r"|(?:put|count) (?:us|me) (?:down for \d{1,5}|in\W{0,3}$)"
    r"|(?:we're|we are|i'm|i am) (?:in|sold|on board|convinced)(?=\W{0,3}$)|(?:we're|we are|i'm|i am) (?:signing"
    r"|buying|going ahead|switching to you)|(?:we|i)(?:'ve| have)? (?:choose|chose|chosen|picked|selected|decided"
    r" on|settled on|decided to go with) (?:you|your|yours)(?!\w)"
    r"|send (?:me |us |over |it )?(?:over )?(?:the|a|your) (?:contract|order form|agreement|paperwork)|(?:where is"
    r"|where's|how do i get to) the (?:checkout|order form)|consider it a yes|(?:we|i) want it\W{0,3}$|wir nehmen"
    r" (?:es|das)|lo quedamos|vamos fechar|(?:on|nous) (?:le|la|les) pren(?:d|ons)"
    r"|(?:when|how (?:soon|fast|quickly)) (?:can|could) (?:we|i) (?:start|begin|go live|get going|be live|sign)"
    r"(?=\W{0,3}$)|(?:(?:we|i)(?:'re|'m| are| am)? (?:now |also )?)?(?:looking|want|wanting|planning|hoping|need"
    r"|ready|decided|going|about) to (?:switch|migrate)(?=\W{0,3}$| (?:over|away|to you|providers?|vendors?|before"
    r"|by|in|this|next|within|asap|soon|from (?!english|german|spanish|french|dark|light|monthly))(?!\w))"
)
_BUY = (
    r"(?:buy(?:ing)?|purchase(?! (?:orders?|manager|ledger|dep\w{1,8}|price|officer|history)\b)|purchasing(?= (?:\d"
    r"|it|this|your|the|one|a)\b)|(?<!purchase )order(?:ing)?(?! (?:of|intake|form|no|number|status|history"
    r"|management|book|entry|processing|\d{3,9}))|subscribe|sign (?:up|the|a contract|today|now|with you|on)|where"
    r" (?:do|can|should) (?:i|we) (?:sign|pay)|go ahead|going ahead|proceed|move forward|moving forward|go with"
    r" (?:you|the|your|it|this|option)|going with (?:you|the|your|it)"
    r"|get started|take (?:the \w{1,14} (?:plan|package|one|tier))|become (?:a )?(?:paying )?(?:customers?"
    r"|clients?)|take my money|switch (?:to you|over to you)|commit|checkout|check out|upgrade to|place an order"
    r"|next steps?|in the market|make a purchase|switch(?=\W{0,3}$)"
    rf"|{_DECIDED}|kaufen|bestellen|abschließen|beauftragen|erwerben|acheter|acquérir|commander|souscrire"
    rf"|comprar\w{{0,3}}|contratar\w{{0,3}}|adquirir|encomendar|assinar|acquistare|comprare|ordinare|aanschaffen"
    rf"|kopen)"
)
THINGS = {
    "demo": re.compile(
        rf"(?<![\w@.-])(?:{_DEMO}|{_SHOW})(?![\w@-])(?! (?:requests|by hand|accounts?|data|environment|users?"
        rf"|mode)\b)"
    ),
    "talk_to_sales": re.compile(rf"(?<![\w@.-])(?:{_TALK})(?![\w@-])"),
    "quote": re.compile(rf"(?<![\w@.-])(?:{_QUOTE})(?![\w@-])"),
    "purchase_intent": re.compile(rf"(?<![\w@.-])(?:{_BUY})(?![\w@-])"),
}
_WANT = (
    r"want(?:ed|s|ing)?|wanna|need(?:s|ed|ing)?|requir(?:e|es|ing)|(?:would|'d|d|i'd|we'd|id) (?:really |very much "
    r"|all |both |also |just |rather |definitely |certainly )*(?:like|love|prefer|welcome|appreciate|be interested"
    r" in|be up for|be keen (?:on|to)|be happy (?:to|with)|be glad|be great to|be good to|be nice to|be grateful"
    r" for|value|want|need)"
    r"|like|love|prefer|welcome|appreciate|fancy|request(?:s|ing|ed)?|asking for|ask for|interested in|keen (?:on"
    r"|to)|up for|looking (?:for|to|forward to|into)|hop(?:e|ing) (?:for|to)|after|ready (?:to|for)|wish(?:ing)?"
    r" (?:to|for)|please|pls|plz|kindly|pleas"
    r"|book|schedule|arrange|organi[sz]e|set up|setup|get|grab|give|send|have|see|take|join|attend|do|line up"
    r"|reserve|squeeze in|hop on|jump on|sign (?:me|us) up for|(?:put|book|pencil|slot|count) (?:me|us) (?:in|down)"
    r" for|prepare|draw up|make|provide|email|mail|issue|forward|drop|share|offer|try|sit in on|get on|run"
    r"|let'?s|let (?:me|us)|lemme|can (?:i|we|you|someone|somebody|anyone|one)|could (?:i|we|you|someone|somebody"
    r"|anyone|one)|may (?:i|we)|might (?:i|we)|would (?:you|someone|somebody)|will you|(?:can|could|may|any ?chance"
    r"|chance of|possible|possibility of|how about|what about|when|time|slot|available|free|up) (?:for|to|of)|any"
    r" chance of|is it possible|yes to|yes,? |sure,? |ok(?:ay)?,? |i'?ll (?:take|have)|we'?ll (?:take|have)|mind"
    r"|möchten?|mag|will|wollen|würden?|hätten?|brauchen?|bräuchten?|bitte|bitten?(?: \w{2,4})? um|gerne?|interesse"
    r" an|interessier\w{1,3}|k[öo]nn\w{1,4}|dürf\w{1,4}|darf|wünsch\w{1,3}|vereinbaren|buchen|bekommen|sehen"
    r"|schicken|senden|machen|freuen"
    r"|voudrai\w{1,3}|voudrions|aimerai\w{1,3}|aimerions|souhait\w{1,5}|veux|voulons|désir\w{2,4}|besoin (?:de|d')"
    r"|pou(?:vez|vons|rriez|rrais|rrait)|puis-je|peux|peut-on|réserver|organiser|recevoir|obtenir|demand\w{1,3}"
    r"|envoyez|faites?|intéressés? par|svp|partant pour"
    r"|quiero|queremos|quisi[ée]ra\w{0,3}|gustaría|necesit\w{1,4}|podr[íi]a\w{0,3}|pued[eo]\w{0,2}|podemos|podéis"
    r"|agend\w{1,3}|solicit\w{1,4}|pedir|reservar|concertar|d[ae]me|mánd\w{1,5}|envíe\w{1,5}|haría falta"
    r"|interes\w{1,4}|me gustar\w{1,3}|deseo|deseamos|organizar|hacer"
    r"|quero|quer(?:ia|íamos)|gostar\w{1,5}|precis\w{1,4}|posso|podem(?:os)?|poderia\w{0,3}|pode|marc\w{1,3}"
    r"|mand[ea]\w{0,2}|envi\w{1,3}|pretend\w{1,4}|desej\w{1,4}|fazer|solicitar"
    r"|vorrei|vorremmo|vogliamo|voglio|posso|possiamo|graag|willen|wil|kunnen|mogen"
)
WANTED = re.compile(rf"(?:(?<!\w)(?:{_WANT})(?!\w)[\s:]?)(?:[^\s]{{1,20}}[\s]){{0,7}}\W{{0,2}}(?:d'|une? |l')?$")
BUY_WANTED = re.compile(
    r"(?:(?<!\w)|(?='d ))(?:want(?:ed|s)? (?:you )?(?:to)?|wanna|would (?:\w{2,10} )?(?:like|love) to|'d"
    r" (?:\w{2,10} )?(?:like|love) to|id like to|need to|ready to|happy to|going to|gonna|decided to|intend to"
    r"|plan(?:ning)? to|prepared to|keen to|looking to|wish to|hope to|hoping to|let'?s|let us|"
    r"(?:can|could|may|do|should) (?:i|we)(?: just| now| already| please)?|how (?:to|can|do|would)|where (?:to|can"
    r"|do)|i'?ll|we'?ll|(?:i'?m|i am|we'?re|we are)(?: now| all| definitely)?|please|i think we should|shall we"
    r"|about to|set to|agreed to|approval to|good to|want to make an?|"
    r"what are (?:the|my|our)|what (?:is|'s) the|what'?s|tell me the|what"
    r"|m[öo]chten?|wollen|will|würden? gerne?|voudrai\w{1,3}|voudrions|aimerai\w{1,3}|veux|voulons|souhait\w{1,4}"
    r"|quiero|queremos|quisi[ée]ra\w{0,3}|gustaría|quero|queremos|gostar\w{1,5}|vogliamo|vorrei|vorremmo|willen|wil"
    r"|prêts? à|listos? para|prontos? para)"
    r"(?: (?:just|also|now|to|finally|directly|go|and|only|start|all|do|actually|really|officially|like to|gerne?"
    r"|das|es|ihr\w{0,2}|diese\w{0,2}|eure?\w{0,2}|die|den|das \w{2,14}|\d{1,4} \w{2,12}|sofort|jetzt|for|how))*(?:"
    r" [\w-]{2,14}){0,4} $"
)
SELF = re.compile(
    r"someone|somebody|anyone|anybody|a person|a human|show|walk|take|run|talk me|talk us|see |zeig|(?:mir|uns) "
    r"|montre|nous|me |mu[ée]stre|enséñe|(?:call|ring"
    r"|phone|contact|telephone|bell|buzz|dial) (?:me|us)|who |have |get |tell |ask |(?:a |the )?(?:phone"
    r" )?(?:number|line)|get back|come back|reach out|get in touch|give|drop|put|patch|connect|transfer|rufe?n? "
    r"|ruft|rappel|appelez|contact"
    r"|recontact|ll[áa]m|lig|contat|quote us|quote me|where (?:do|can|is|'s)|where's|(?:we|i)[' ]|sign (?:us|me)"
    r"|count|put us down|send |consider it|wir nehmen|lo quedamos|vamos|on |nous |how do i get to|take my money"
    r"|speak|talk|chat with|get started|place an order|when (?:can|could) |how (?:soon|fast|quickly) "
    r"|(?:looking|want|wanting|planning|hoping|need|ready|decided|going|about) to (?:switch|migrate)"
)
"""Things that are a wish by themselves, at the beginning of a clause."""
OPENING = re.compile(
    r"(?:\W|\b(?:is there|ok(?:ay)?|yes|yeah|sure|great|perfect|hi|hello|hey|so|then|and|but|please|pls|just|also"
    r"|thanks|you"
    r"|can|could|would|someone|somebody|well|alright|right|now|better|instead|rather|why don't|if possible|asap|ja"
    r"|oui|sí|sim|hola|hallo|bonjour|por favor|bitte|olá|actually|ideally|sorry|no|or|either|to|maybe|perhaps|go on"
    r"|you can|have (?:\w{2,12} ){1,4}|get (?:\w{2,12} ){1,3}|feel free to|don'?t hesitate to|do|best|easiest"
    r"|simply|ask (?:\w{2,12} ){1,3}to|tell (?:\w{2,12} ){1,3}to|need (?:\w{2,12} ){1,3}to|want (?:\w{2,12}"
    r" ){1,3}to|like (?:\w{2,12} ){1,3}to|let (?:\w{2,12} ){1,3})\b){0,8}"
)
BARE_BEFORE = re.compile(
    r"(?:\W|\b(?:ok(?:ay)?|yes|yeah|sure|hi|hello|hey|so|then|and|just|maybe|a|an|the|one|your|any|another|some"
    r"|quick|please|pls|also|now|product|for|could be|ein|eine|une?|un|una|uma|demo|plus|human|person|us|on|team"
    r"|first|well|great)\b){0,6}"
)
BARE_AFTER = re.compile(
    r"(?:\W|\b(?:please|pls|plz|plse|thanks|thx|ta|cheers|for|us|me|our|my|team|first|then|now|today|tomorrow|asap"
    r"|this|next|week|month|monday|tuesday|wednesday|thursday|friday|morning|afternoon|on|at|about|\d{1,6}|users?"
    r"|seats?|people|licen[cs]es?|would|be|nice|great|good|lovely|helpful|possible|with|someone|is|that|available"
    r"|any|time|bitte|svp|s'il|vous|plaît|por|favor|of|the|product|tool|via|zoom|over|teams|and|a|quote|call"
    r"|pricing|to|see|more|it|too|okay|ok|sure|works?)\b){0,14}$"
)
_OTHERS = (
    r"(?:friends?|mates?|pals?|cousins?|brothers?|sisters?|bro|sis|neighbou?rs?|uncles?|aunts?|dads?|mums?|moms?"
    r"|mothers?|fathers?|wife|husband|roommates?|sons?|daughters?|flatmate"
    r"|ex(?:-\w{2,12})?|clients?|customers?|competitors?|suppliers?|acquaintances?|someone i know|somebody i know"
    r"|people|companies|everyone|everybody|visitors|users|they|he|she|others"
    r"|freund\w{0,3}|bekannte\w{0,2}|bruder|schwester|kunden?|er|copain|copine|am[ie]|frère|sœur|voisine?|il|elle"
    r"|ils|amig[oa]s?|prim[oa]|herman[oa]|vecin[oa]|él|ella|ellos|clientes?|irmão|irmã|vizinh[oa]|ele|ela|eles"
    r"|colega de otra empresa)"
)
SOMEONE_ELSES = re.compile(
    rf"(?<!\w)(?<!and )(?<!for )(?<!with )(?<!to ){_OTHERS}(?!\w)(?!,? and (?:i|we|me)\b)(?: (?:at|from|of|in|who"
    rf"|also|really|always|often|just|probably|maybe|bei|von|chez|de|em|en|(?!and\b)\w{{2,14}})){{0,4}} (?:wants?"
    rf"|wanted|needs?|needed|asks?|asked|would|might|may|could|should|will|can|is|are|was|were|had|has|saw|got|requested"
    rf"|booked|keeps?|bought|buys?|said|says|loved|möchte|will|sucht|braucht|hat|veut|voudrait|cherche|a|quiere"
    rf"|necesita|busca|quer|precisa)(?!\w)"
    r"|(?<!\w)(?:asking|this is|it'?s|enquiring|inquiring) (?:on behalf of|for) (?:a|my) (?:friend|mate|cousin"
    r"|neighbou?r)"
)
LATER = re.compile(
    r"(?<!\w)(?:(?<!how )might(?! (?:i|we)\b)|someday|some day|one day|eventually|in the (?:distant )?future"
    r"|hypothetical\w{0,2}|in theory|theoretically|suppose|supposing|imagine|(?:maybe|perhaps|possibly) (?:later"
    r"|next year|one day|in)|(?:later|next year),? (?:maybe|perhaps)|if (?:i|we)(?:'d)? (?:ever|wanted|decided?"
    r"|were|did|liked|needed|had|like what)"
    r"|if (?:they|he|she) |were (?:i|we) to|down the (?:road|line)|at some point|not (?:now|today|yet)|when (?:i'm"
    r"|we're|we are|i am) ready|irgendwann|vielleicht später|falls wir|wenn wir (?:mal|jemals)|un jour|peut-être"
    r" plus tard|si on (?:voulait|décid)|alg[úu]n d[íi]a|quiz[áa]s? m[áa]s adelante|um dia|talvez (?:mais tarde|um"
    r" dia)|mais tarde)(?!\w)"
)
ABOUT_IT = re.compile(
    r"^\W{0,3}(?:(?:ok(?:ay)?|so|and|but|hi|hello|hey|well|also|just (?:curious|wondering),?|wait|hm+|quick"
    r" question) ?[,:-]? ?){0,3}(?:what|whats|how (?:long|much|many|often|does|do your|is|are|big|detailed|did"
    r"|would (?:a|the))|how do (?:your|the|demos?|calls?|these)|who|whose|which|why|do(?:es)?(?! not\b)|did|is|are"
    r"|was|were|has|have (?:you|they)|will|must|should (?:i|we)|where (?:is|are|was|do you|does)|when (?:is|are|was"
    r"|do you|does)|can (?:the|a|your|this|demos?)|could (?:the|a|your)|would (?:a|the|your)|am|in the|at the"
    r"|was|wie (?:lange|läuft|viel)|warum|gibt es|biete[tn]|habt ihr|haben sie|kostet|ist|macht ihr|qu'|quel\w{0,3}"
    r"|combien|pourquoi|proposez|y a-t-il|est-ce que vous|faites-vous|qué|cu[áa]nto|por qu[eé]|ofrecen|tienen|hay"
    r"|hacen|cómo es|quanto|oferecem|têm|existe|há|o que|vocês (?:oferecem|têm|fazem))(?!\w)"
)
OWN_QUESTION = re.compile(
    r"(?<!\w)(?:(?:can|could|would|will|may) (?:an?|your|any|the|one of your) (?:\w{1,14} ){1,3}"
    r"(?:call|ring|phone|contact|show|walk|reach|e-?mail|text|visit) (?:me|us)"
    r"|(?:is there|do you have|have you got) an? (?:[^\s?]{1,15} ){1,4}(?:i|we) (?:can|could|may|might)"
    r"|(?:when|where|how|who|whom|what(?:'s| is) the (?:best|quickest|fastest|easiest) way|which day)"
    r" (?:can|could|do|may|should|would|might|to|will) (?:i|we|you|someone|somebody|get|book|buy|see|schedule"
    r"|arrange|order)|(?:is|would) (?:it|there) (?:be )?(?:possible|ok|okay|fine|any ?(?:chance|way|one|body)"
    r"|someone|somebody|a (?:way|chance|time|person|human|rep)|an? (?:actual |real )?(?:human|person))|what (?:are"
    r" (?:the|our|my) next|do i (?:need to )?do (?:to|next)|time|day)|what (?:do|must|should) (?:i|we) (?:do|sign)"
    r"|why (?:not|don'?t (?:you|we)|can'?t (?:i|we))|do you (?:have|got) (?:a |any |some )?(?:time|slots?"
    r"|availability|someone|somebody|anyone|a minute|10|15|20|30)|have you got (?:time|someone|a)|are you (?:free"
    r"|available|able)|is (?:anyone|someone|somebody|anybody)|does (?:anyone|someone|somebody)|will you (?:please"
    r" )?(?:call|ring|show|phone|send)|what about an?|(?:would|is|could) (?:a|the|that|this) (?:\w{1,12}"
    r" ){1,5}(?:be |still )*(?:possible|ok|okay|fine|work|suit|available)|(?:is there|what's|have you got|do you"
    r" have) a (?:phone )?(?:number|line)|who (?:can|should|do|could) (?:i|we) (?:call|ring|speak|talk|contact"
    r"|phone)|which of (?:you|your)"
    r"|(?:wann|wo|wie) (?:kann|können|darf|könnte\w{0,1}) (?:ich|wir|sie|man)|(?:quand|où|comment) (?:puis|peut"
    r"|pouvons|pourr)|est-ce que (?:je|nous|vous pou|quelqu)|(?:cu[áa]ndo|d[óo]nde|c[óo]mo) (?:puedo|podemos|pueden"
    r"|podr)|(?:quando|onde|como) (?:posso|podemos|podem|consigo)|hay (?:alguien|alguna? (?:posibilidad|forma"
    r"|persona))|há (?:algu[ée]m|alguma)|gibt es (?:jemand|eine möglichkeit)|ist (?:jemand|es möglich)|qu'est-ce"
    r" que je dois|is (?:this )?(?:the|a) (?:place|right place))(?!\w)"
)
PAST = re.compile(
    r"(?<!\w)(?:saw|seen|watched|watching|attended|did|gave|given|bought|purchased|ordered|spoke|spoken|talked"
    r"|called|rang|phoned|met|loved|enjoyed|liked|missed|showed|shown|received|sat through|signed up|subscribed"
    r"|showed|already (?:had|have|got|did|booked|saw|seen|bought|ordered)|(?:we|i|i've|we've|you) (?:just )?had|got"
    r"|thanks for|thank you for|thx for|cheers for|ty for"
    r"|after (?:the|your|our|my)|during (?:the|your|our|my)|since (?:the|your|our|my)|from (?:the|your)|in (?:the"
    r"|your)|at (?:the|your)|before (?:the|our|my)|about (?:the|your)|rest of (?:the|your)|hatten|hatte|gesehen"
    r"|bereits|schon|gekauft|danke für|(?:j'ai|avons|ai) (?:déjà )?(?:vu|eu|regardé|acheté|assisté|parlé)|merci"
    r" pour|(?:ya )?(?:vi|vimos|tuve|tuvimos|compr[ée]|compramos|hablé|hablamos)|gracias por|(?:já )?(?:vi|vimos"
    r"|tive|tivemos|comprei|falei|falamos)|obrigad[oa] pela?)(?: [^\s]{1,20}){0,5}? ?[^\s]{0,12}$"
)
STILL_WAITING = re.compile(
    r"(?<!\w)(?:never|nobody|no one|no-one|still waiting|still (?:no|not|haven'?t)|again|another|second|more|but"
    r"|now|where is|is there|want|need|like to|please|can (?:i|we|you)|could (?:i|we|you)|would (?:like|love)"
    r"|let'?s)(?!\w)"
)
NOT = re.compile(
    r"(?:n't|(?<!\w)(?:not|no|never|nor|neither|dont|wont|cant|arent|isnt|doesnt|didnt|wouldnt|without|stop|stopped"
    r"|quit|cancel|forget|skip|scrap|instead of|rather than|no longer|hate|avoid|refus\w{1,3}|tired of|sick of|fed"
    r" up|enough|before (?:any|i|we)|against|nobody|zero|save (?:me|us)|spare (?:me|us)|drop the|less|fewer"
    r"|keine?[nmrs]?|nichts?|nie|niemals|ohne|statt|pas|jamais|aucune?|sans|ne|n'|nunca|ning[úu]na?|sin|tampoco"
    r"|jam[áa]s|não|nao|nem|sem|nenhuma?|non|senza|niet|geen|zonder))(?!\w)"
)
NO_DENIAL = re.compile(
    r"(?<!\w)(?:(?:don'?t|do not|not) (?:hesitate|be shy|be afraid)|(?:wouldn'?t|would not|don'?t|do not|won'?t)"
    r" mind|why (?:not|don'?t)|not (?:only|just)|no (?:problem|worries|doubt|obligation|stress|time to waste)|not"
    r" sure\w{0,3}(?: [\w']{1,12}){0,5}|(?:why )?can'?t (?:i|we|you|someone|somebody)|couldn'?t (?:i|we|you"
    r"|someone)|can i not|could i not|can we not|isn'?t there|can'?t wait|cannot wait|wouldn'?t (?:say no|hurt)|if"
    r" not"
    r"|(?:won'?t|can'?t|cannot|will not|not) (?:\w{1,14} ){1,6}(?:until|before|without|unless)|without (?:further"
    r" )?(?:delay|obligation|commitment)|(?:haven'?t|have not|hasn'?t|never|not yet) (?:\w{1,8} )?(?:seen|had"
    r"|received|got|gotten|heard|been)|no (?:one|body) (?:has |ever )?(?:called|rang|answered|replied)|pourquoi pas"
    r"|warum nicht|por qu[eé] no|no idea|no clue|don'?t (?:understand|know|get|have time|wait)|no,? wait|not a"
    r" (?:problem|bot|chatbot|robot|machine)|(?:don'?t|do not) (?:want|need|like) (?:a |an |your |to (?:talk|chat"
    r"|speak) (?:to|with) )(?:a |an )?(?:bot|chatbot|robot|machine|ro-?bot|ai|brochure|pdf)[^.]{0,10}"
    r"|not (?:a |an )?(?:chat)?bot|rather than (?:a |an |typing|e-?mail|chat)\w{0,8}|instead of (?:a |an |typing"
    r"|e-?mail|chat|this)\w{0,8}|sin compromiso|sans engagement|unverbindlich\w{0,3}|sem compromisso|no sé si|je ne"
    r" sais pas si|weiß nicht ob|n'h[ée]sitez pas|no duden? en|não hesite\w{0,2} em|zögern sie nicht)(?!\w)"
)
NOT_AFTER = re.compile(
    r"[^,;.!?]{0,18}?\b(?:(?:is|are|was|would be|will be)?(?:n't| not|not| never| no longer) (?:be )?(?:needed"
    r"|necessary|required|wanted|interested|for (?:me|us)|my|our|a priority|an option|right now|welcome)"
    r"|unnecessary|unwelcome|can wait|no thanks|brauche ich nicht|brauchen wir nicht|nicht nötig|n'est pas|ne (?:m'"
    r"|nous )?intéresse|no (?:me|nos) interesa|no (?:es|hace)|(?:bitte )?nicht an\b|nicht (?:an|zurück)|não (?:é"
    r"|precisa|interessa))"
)
OFFERED_TO_US = re.compile(
    r"(?:(?<!\w)(?:our|the|my) [\w]{2,14}(?: team)? (?:book|send|call|schedule|do|run|make|get|write|want to book)"
    r"|(?:tool|system|software|platform|app|way|something|solution|crm|program|help) (?:to|that|for|which can)|can"
    r" (?:customers|prospects|leads|clients|visitors|people|users|they|it)|(?<!do )(?<!can )(?<!could )(?<!may"
    r" )(?<!should )we (?:currently |always |often |usually |mostly |still )?(?:send|get|receive|write|prepare"
    r"|handle|track|manage|do|lose)|(?<!can )(?<!could )(?<!will )(?<!would )you (?:guys |already )?(?:do|offer"
    r"|give|have|gave)|(?:can|may|could|shall|might) (?:i|we) (?:please )?(?:send|share|make|give|offer|quote|mail"
    r"|email|present)|(?<!\w)(?:let me|allow (?:me|us) to|happy to|we'd like to|i'd like to|we would like to)"
    r" (?:send|share|make|give|offer|present|show) you"
    r"|(?<!\w)(?:we|i) (?:have|got) an? |(?:do|would|might) you (?:want|need|like)(?: a| an| some)?|are you"
    r" interested in|(?:we|i) (?:make|do|offer|give|provide|book|run|arrange) |oferecemos|vendiamo|possiamo mandare"
    r"|posso (?:enviar|mandar)|puedo (?:enviar|mandar)|würden (?:ihnen )?gerne? (?:ein )?$|(?:who|what|whom"
    r"|anything|something) (?:can|could|may) (?:i|we))(?: ?[^\s]{1,15} ?){0,4}$"
)
OWN_PROCESS = re.compile(
    r"(?<!\w)(?:rout|assign|hand|pass|distribut|send|forward|allocat|get|bring|connect|match|give|book|transfer)(?:e|ing)?"
    r" (?:(?:over|on|the|our|my|all|new|each|every|web|inbound|hot|right|good|those|these|incoming|website) ){0,4}"
    r"(?:leads?|enquir(?:y|ies)|inquir(?:y|ies)|requests?|contacts?|prospects?|visitors?|customers?|people|callers?"
    r"|sign-?ups?|buyers?|tickets?|them)(?!\w)"
)
"""What their own company does with its leads: "route leads to a rep" asks nobody for one."""
SWITCHING = re.compile(r"[^.]{0,40}\bto (?:switch|migrate)\b")
"""With its own words of wanting: whatever stands before it, they want it."""
OWN_STAFF = re.compile(
    r"(?<!can )(?<!could )(?<!may )(?<!shall )(?<!should )(?<!\w)(?:we|i)(?:'ve(?: got)?|(?: (?:already|currently|now"
    r"|only|just|still|have))* (?:have|got|employ|run|had|hired))(?: (?!to\b)[\w-]{1,12}){0,3} $"
)
"""How many sell for them: "we have 15 sales guys" asks for none of ours."""
SALES_STAFF = re.compile(r"(?:an? )?(?:sales|rep)")
OTHER_DOOR = re.compile(
    r"(?<!\w)(?:(?:from|in|at|to|with|your) (?:technical |tech |customer )?(?:support|service desk|help ?desk"
    r"|accounting|billing|hr|human resources|recruit\w{1,6}|press office|procurement|purchasing)|support (?:person"
    r"|team|agent|staff|call)|career|vacanc\w{1,3}|internship|for (?:an|my|our) (?:article|thesis|story|paper"
    r"|podcast))(?!\w)"
)
