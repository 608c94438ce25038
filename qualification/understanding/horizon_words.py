"""The words of time: units, months, seasons, and the fixed phrases of haste and patience."""

DAYS, WEEKS, MONTHS, QUARTERS, YEARS, HALVES = "day", "week", "month", "quarter", "year", "half"

UNITS = {
    DAYS: (
        r"(?:business |working |calendar )?days?|tagen?|tage|jours?|días?|dias?|giorni|giorno"
        r"|dagen|dag|dagar|дн(?:я|ей)|день|日|天|hours?|hrs?|h|stunden|heures|horas"
    ),
    WEEKS: r"weeks?|wks?|wochen?|semaines?|semanas?|settiman[ae]|weken|veckor|uker|недел[ьияю]{1,2}|週間|周|星期|주",
    MONTHS: (
        r"months?|mths?|mos?|monate?n?|mois|mes(?:es)?|mês|mesi|mese|maand(?:en)?|månader|måneder"
        r"|месяц\w{0,2}|か月|ヶ月|个月|月|개월|달|sprint months"
    ),
    QUARTERS: r"quarters?|quartale?|trimestres?|trimestr[ei]|kwartaal|qtr",
    YEARS: r"years?|yrs?|jahre?n?|ans?|années?|années|años?|anos?|ann[io]|jaar|jaren|år|год\w{0,2}|лет|年|년",
    HALVES: r"half|halves|semesters?|semestre|halbjahr",
}
_MONTH_NAMES = [
    "january jan januar jänner janvier enero janeiro gennaio januari января январе январь stycznia styczeń ocak leden",
    "february feb febr februar février fevrier febrero fevereiro febbraio februari февраля феврале лютого luty şubat",
    "march mar märz maerz mars marzo março maart марта марте mart marca marzec",
    "april apr avril abril aprile апреля апреле nisan kwietnia",
    "may mai mayo maio maggio mei maj мая мае mayıs maja",
    "june jun juni juin junio junho giugno июня июне haziran czerwca",
    "july jul juli juillet julio julho luglio июля июле temmuz lipca",
    "august aug août aout agosto augustus augusti августа августе ağustos sierpnia",
    "september sep sept septembre septiembre setembro settembre сентября сентябре eylül września",
    "october oct oktober octobre octubre outubro ottobre okt октября октябре ekim października",
    "november nov novembre noviembre novembro ноября ноябре kasım listopada",
    "december dec dezember dez décembre decembre diciembre dezembro dicembre декабря декабре aralık grudnia",
]
MONTH_OF = {name: at + 1 for at, names in enumerate(_MONTH_NAMES) for name in names.split()}
SEASON_OF = {
    **dict.fromkeys(
        [
            "spring",
            "springtime",
            "frühling",
            "frühjahr",
            "printemps",
            "primavera",
            "lente",
            "voorjaar",
            "våren",
            "весной",
            "весны",
        ],
        "spring",
    ),
    **dict.fromkeys(
        [
            "summer",
            "summertime",
            "sommer",
            "été",
            "verano",
            "verão",
            "estate",
            "zomer",
            "sommaren",
            "sommeren",
            "летом",
            "лета",
        ],
        "summer",
    ),
    **dict.fromkeys(
        ["autumn", "fall", "herbst", "automne", "otoño", "outono", "autunno", "herfst", "hösten", "осенью", "осени"],
        "autumn",
    ),
    **dict.fromkeys(["winter", "wintertime", "hiver", "invierno", "inverno", "vinter", "зимой", "зимы"], "winter"),
}
WEEKDAYS = {
    name: at % 7
    for at, name in enumerate(
        [
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "mon",
            "tue",
            "wed",
            "thu",
            "fri",
            "sat",
            "sun",
            "montag",
            "dienstag",
            "mittwoch",
            "donnerstag",
            "freitag",
            "samstag",
            "sonntag",
            "lundi",
            "mardi",
            "mercredi",
            "jeudi",
            "vendredi",
            "samedi",
            "dimanche",
            "lunes",
            "martes",
            "miércoles",
            "jueves",
            "viernes",
            "sábado",
            "domingo",
        ]
    )
}
NOW = (
    r"as soon as (?:humanly )?possible|as soon as we can|as soon as you can|asap|a\.s\.a\.p\.?"
    r"|soonest|at your earliest convenience|right away|right now|straight ?away|immediately"
    r"|immediate(?: start)?"
    r"|at once|urgent(?:ly)?|now|nowish|yesterday|like yesterday|ab sofort|sofort|so schnell "
    r"wie möglich|schnellstmöglich|umgehend|dès que possible|le plus (?:vite|tôt) possible"
    r"|immédiatement"
    r"|tout de suite|lo antes posible|cuanto antes|ya mismo|inmediatamente|de inmediato|subito"
    r"|il prima possibile|o mais rápido possível|o quanto antes|imediatamente"
    r"|zo snel mogelijk|så snart som möjligt|snarest|snarast|срочно|как можно скорее|как "
    r"можно быстрее|сейчас|今すぐ|至急|すぐ|尽快|马上|立刻|바로|hemen|en kısa sürede|jak najszybciej|od zaraz"
    r"|om te beginnen vandaag"
)
SOON = (
    r"soon(?:ish)?|very soon|pretty soon|sooner rather than later|the sooner the better"
    r"|shortly|bald|bientôt|pronto|presto|binnenkort|snart|скоро"
)
NO_RUSH = (
    r"no (?:real |particular |big |great |huge |specific |fixed |hard |set |firm )?(?:rush"
    r"|hurry|deadline|urgency|time pressure|timeline|date|time limit)(?: at all| whatsoever)?"
    r"|not in (?:a|any) (?:rush|hurry)|in no (?:rush|hurry)"
    r"|not urgent|whenever|any ?time|at some point|some ?day|sometime|eventually|down the "
    r"(?:road|line|track)|long term|open[- ]ended|flexible|keine eile|nicht eilig|irgendwann"
    r"|pas pressé|pas d'urgence"
    r"|rien ne presse|sin prisa|no hay prisa|sem pressa|nessuna fretta|senza fretta|geen haast"
    r"|ingen brådska|ingen hast|не срочно|急ぎません|不急"
)
BY = (
    r"by|before|b4|until|till|til|no later than|not later than|latest by|prior to|ahead of|in "
    r"time for|ready for|bis spätestens|spätestens|bis|bis zum|vor|vor dem|vor der|avant"
    r"|avant le|avant la|avant l'|d'ici|jusqu'à|jusqu'en|pour|antes de|antes del|antes da"
    r"|antes das|antes do|para|hasta|até|entro|entro l'|entro il|prima di|prima del|prima "
    r"dell'|vóór|voor|voor de|innan|före|før|до|к|on or before|this side of"
)
AFTER = (
    r"after|right after|straight after|once past|not until after|nach|nach dem|nach der|après"
    r"|après l'|après le|après la|después de|después del|depois de|depois do|dopo|dopo l'|na"
    r"|na de|efter|после"
)
FROM = (
    r"from|starting from|starting|starting in|starting on|start|beginning|not before|no "
    r"earlier than|not until|earliest|as of|from the|ab|ab dem|à partir de|à partir du|dès|a "
    r"partir de|desde|a partire da|da|dal|vanaf|från|fra|from early|с|since"
)
IN = (
    r"in|during|on|for|around|about|im|am|in the|for the|en|au|à|le|em|no|na|a|nel|a|il|op|i"
    r"|om|в|to go live in|sometime in|some time in|somewhere in|at"
)
