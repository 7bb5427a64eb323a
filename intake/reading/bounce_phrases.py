"""What mail servers write when a mail cannot be delivered, in the languages of our users and of the programs that speak
only English: in small letters, a space for any white space. A new language is a new row here, no new rule."""

# How the subject of a bounce begins.
SUBJECT = (
    # English
    r"\[bounce\]|undeliver(?:ed|able)|notice: mail|sorry, your message|(?:could|can)(?: ?not|n't) deliver|"
    r"unable to deliver|(?:e-?mail|mail|message) (?:cannot|could not|can't|couldn't|was not|wasn't)|"
    r"delivery (?:status notification|failure|failed|has failed|reports?\b|error|problem|notification|unsuccessful|"
    r"delayed|incomplete)|"
    r"(?:e-?mail|mail|message) (?:delivery )?(?:has |have |is )?(?:failed|failure|system error|error|problem|"
    r"undeliverable|delayed|status|not delivered|bounced)|return(?:ed|ing)? (?:e-?mail|mail|message|to sender)|"
    r"failure (?:notice|notification|delivery)|fail(?:ed|ure) (?:e-?mail|mail|delivery|message)|"
    r"non[ -]?(?:delivery|deliverable|remis)|nondeliverable|not delivered|could not send|there was an error sending|"
    r"error sending|warning: (?:could not|message|e-?mail)|bounced? (?:mail|message|e-?mail)|"
    r"rejected (?:mail|message)|"
    r"your (?:message|mail|e-?mail) (?:could not|was not|has not|to .{1,100} (?:could|was|has))|"
    r"automatically rejected mail|user unknown|unknown user|"
    # German, French, Spanish, Italian, Portuguese, Dutch
    r"unzustellbar|nicht zustellbar|nicht zugestellt|benachrichti?gung zum|"
    r"(?:zustellung|übermittlung|zustellfehler)\b|fehler bei der zustellung|mail nicht zustellbar|rückläufer|"
    r"échec (?:de |d'|lors )|notification d'état|(?:message |courriel )?non (?:remis|distribué|délivré)|"
    r"avis de non[ -]remise|retour à l'expéditeur|remise différée|remise retardée|"
    r"no se (?:puede|pudo|ha podido) entregar|error (?:de|en la) entrega|no entregado|mensaje no entregado|"
    r"notificación del estado de entrega|non recapitabile|mancat[ao] (?:consegna|recapito)|"
    r"impossibile (?:recapitare|consegnare)|recapito non riuscito|messaggio non (?:recapitato|consegnato)|"
    r"avviso di mancata|devolução|não entregue|(?:mensagem )?não entregue|falha na entrega|"
    r"notificação (?:de|do) (?:status|estado)|niet (?:bezorgd|afgeleverd)|onbestelbaar|bezorging mislukt|"
    r"kan niet worden bezorgd|"
    # Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Romanian, Bulgarian, Greek
    r"nie (?:dostarczono|można dostarczyć|udało się)|niedostarcz|zwrot (?:poczty|wiadomości)|nedoručiteľn|"
    r"nedoručiteln|nedoručen|nelze doručit|nemožno doručiť|oznámení o (?:stavu|nedoručení)|"
    r"ni (?:bilo )?mogoče dostaviti|nedostavljiv|nije (?:moguće )?(?:isporuč|dostav)|neisporuč|neuspjel|"
    r"kézbesíthetetlen|sikertelen kézbesítés|nem kézbesíthető|a kézbesítés|nelivrat|imposibil de livrat|"
    r"неуспешна доставка|недоставен|не може да бъде доставен|δεν (?:είναι|ήταν) δυνατή|αδύνατη η παράδοση|"
    r"αποτυχία παράδοσης|ανεπίδοτο|μη παραδοτέο|"
    # Swedish, Danish, Finnish, Estonian, Latvian, Lithuanian, Maltese, Irish, Ukrainian, Russian
    r"kan inte levereras|kunde inte levereras|olevererbart|ej levererat|det gick inte att leverera|kan ikke leveres|"
    r"kunne ikke leveres|uleveret|ikke leveret|ei voitu toimittaa|toimittamaton|toimitus epäonnistui|"
    r"ei ole võimalik kätte|kättetoimetamatu|kohaletoimetamine|edastamine ebaõnnestus|nepiegādāt|nav piegādāt|"
    r"piegāde neizdevās|neizdevās piegādāt|(?:vēstuli|ziņojumu) ne|nepristatyt|nepavyko pristatyti|ma setax j|"
    r"ma ġie?tx|níorbh fhéidir|níor seachadadh|theip ar|не (?:було )?доставлен|не вдалося (?:виконати )?достав|"
    r"недоставлен|неможливо достав|помилка достав|повідомлення (?:не доставлен|про (?:стан|помилку|недостав))|"
    r"лист не достав|повернен|не удалось достав|невозможно достав|ошибка достав|недоставленное|сообщение не достав|"
    r"письмо не (?:достав|может)|уведомление о (?:статусе|состоянии|недостав)"
)

# What the text of a bounce says about the delivery, the address or the mailbox.
FAILURE = (
    # English
    r"(?:could|can)(?: ?not|n't) be (?:delivered|sent|completed|reached|found)|"
    r"(?:was|were|been|is) (?:not |un)deliver|wasn't (?:able to )?deliver|(?:not|never) delivered|undeliver|"
    r"non-?deliver|deliver(?:y|ed|ing)? (?:to the following )?.{0,40}?(?:fail|error|problem|delayed|aborted)|"
    r"fail(?:ed|ure) (?:to deliver|to send|permanently|recipient)|trouble delivering|"
    r"(?:unable|not able) to (?:deliver|relay|send)|fail(?:ed|ure) .{0,40}?deliver|did not reach|"
    r"(?:user|recipient|address|host|domain|mailbox)(?: is| name is|\(s\))? ?unknown|"
    r"unknown (?:user|recipient|address|local|host|mailbox)|"
    r"no such (?:user|recipient|mailbox|address|person|domain|local|account)|"
    r"(?:does|do|did)(?: ?not|n't) (?:exist|have an? .{0,60}?account|like (?:our|the) recipient|like recipient)|"
    r"no mailbox (?:here )?by that name|"
    r"mailbox (?:is |was )?(?:full|unavailable|not found|disabled|inactive|over|currently)|"
    r"(?:mail|in)box is (?:full|over)|"
    r"(?:over|out of|exceed(?:s|ed)?) .{0,40}?(?:quota|allowed size|size limit|local limit|disk space)|over ?quota|"
    r"quota exceeded|"
    r"(?:address|recipient|mail|message|sender|relay(?:ing)?)(?: address)? (?:is |was |been )?(?:rejected|refused|"
    r"denied|blocked)|returned to (?:the )?sender|fatal errors?|permanent (?:error|failure)|"
    r"host (?:not found|unreachable)|invalid (?:recipient|address|mailbox|final|user)|"
    r"(?:recipient|receiver|user|address|account)s? (?:name )?(?:is |was |were )?not (?:found|recognized|recognised|"
    r"listed|known|valid)|not listed in|rejected (?:by|your|recipient)|"
    r"account (?:is |has been )?(?:temporarily )?(?:disabled|suspended|closed|over|limited|inactive)|"
    r"still being retried|has been delayed|delay reason|not yet been delivered|bounced,? |bad address|"
    r"size limit exceeded|too many hops|mail loop|connection (?:timed out|refused)|failed recipients?|"
    r"delivery (?:errors|problems)|did not receive (?:this|your)|"
    # German, French, Spanish, Italian, Portuguese, Dutch
    r"nicht (?:zugestellt|zustellbar|ausgeliefert|übermittelt)|unzustellbar|fehlgeschlagen|"
    r"empfänger (?:ist )?unbekannt|postfach .{0,30}?voll|n'a pas (?:pu|été)|n'ont pas pu|"
    r"non (?:remis|distribué|délivré)|échec de |destinataire inconnu|boîte .{0,40}?pleine|est introuvable|"
    r"no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entreg|no entregad|error de entrega|destinatario desconocido|"
    r"buzón .{0,20}?lleno|non (?:è|sono) stat[oaie] (?:possibile|recapit|consegn)|"
    r"impossibile (?:recapitare|consegnare)|non riuscit[oa]|mancat[ao] (?:recapito|consegna)|casella .{0,30}?piena|"
    r"não (?:foi|pôde|pode|p[uô]de) (?:possível )?(?:ser )?entreg|falha na entrega|caixa .{0,30}?cheia|"
    r"niet (?:worden )?(?:bezorgd|afgeleverd)|onbestelbaar|bezorg.{0,40}?mislukt|postvak .{0,20}?vol\b|"
    # Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Romanian, Bulgarian, Greek
    r"nie (?:został|można|mógł|mogła|udało|powiod)|niedostarcz|skrzynka .{0,40}?(?:pełna|przepełniona)|"
    r"nieznany (?:odbiorca|adresat|użytkownik)|nedoru[čc]|nelze doručit|nepoda(?:řilo se|rilo sa) doručiť?|"
    r"nemožno doručiť|schránka .{0,40}?plná|neznámý (?:příjemce|uživatel|príjemca)|mogoče dostaviti|"
    r"ni (?:bil[oa]? )?(?:uspela|dostavljen)|nije (?:moguće |bilo )?(?:isporuč|dostav)|neuspjel|"
    r"kézbesít(?:hetetlen|eni|és)|megtelt|ismeretlen címzett|nu a (?:putut|fost)|nelivrat|eșuat|"
    r"не (?:може|можа) да (?:бъде )?достав|недоставен|неуспешн|δεν (?:ήταν|είναι) δυνατή|"
    r"δεν (?:μπόρεσε|παραδόθηκε|μπορεί να παραδοθεί)|αποτυχία παράδοσης|άγνωστος παραλήπτης|"
    # Swedish, Danish, Finnish, Estonian, Latvian, Lithuanian, Maltese, Irish, Ukrainian, Russian
    r"(?:kunde|kan) inte (?:levereras|lämnas)|inte (?:nå|levereras)|misslyckad|misslyckats|(?:kunne|kan) ikke leveres|"
    r"ikke leveret|mislykke|ei voitu|epäonnistu|tuntematon|ebaõnnestu|ei õnnestunud|ei saanud kätte|"
    r"neizdevās (?:piegādāt|nosūtīt)|nevarēja piegādāt|(?:nav|netika) piegādāt|nepiegādāt|pastkaste .{0,20}?pilna|"
    r"nepavyko (?:pristatyti|išsiųsti)|ne(?:buvo )?pristatyt|ma setax|ma ġiex|ma ġietx|níor (?:seachadadh|féadadh)|"
    r"níorbh fhéidir|theip ar|не (?:було |был[оа]? )?доставлен|не вдалося (?:виконати )?достав|не може бути достав|"
    r"неможливо достав|помилка достав|недоставлен|(?:скриньк|ящик).{0,40}?(?:переповнен|заповнен)|"
    r"не (?:існує|знайдено)|не (?:удалось|может быть) достав|невозможно достав|ошибка достав|не (?:существует|найден)"
)

# That the server has not given up.
TRYING = (
    r"will (?:keep|continue|be retried|be made|be attempted|try)|still (?:be(?:ing)? )?(?:re)?tr(?:y|ied)|"
    r"has been delayed|not yet been delivered|warning message|attempts will continue|do not (?:need to )?resend|"
    r"delay reason|wird weiter versucht|nouvelles? tentatives?|będą ponawiane|повторн\w+ (?:спроб|попыт)|"
    r"mēģin\w+ vēlreiz"
)

# That it has not, or that the cause may pass.
PASSING = (
    TRYING + r"|temporar|connection (?:timed out|refused|reset)|timed out|unreachable|"
    r"not reachable|no answer|try again|retry time|(?:mail)?box (?:is )?.{0,20}?full|over ?quota|quota|"
    r"(?:exceeds|exceeded) .{0,40}(?:limit|size)|grey ?list|postfach .{0,30}?voll|boîte .{0,40}?pleine|"
    r"buzón .{0,20}?lleno|casella .{0,30}?piena|caixa .{0,30}?cheia|postvak .{0,20}?vol\b|"
    r"skrzynka .{0,40}?(?:pełna|przepełniona)|schránka .{0,40}?plná|megtelt|pastkaste .{0,20}?pilna|переповнен|"
    r"заповнен|переполнен|пълна"
)

# Lines below which the mail that is returned stands, or that speak of it.
COPY = (
    r"-{2,60}+.{0,60}(?:original|copy of|below this line|unsent message|message header|headers? of|returned|body of|"
    r"included is)|-{3,60} ?(?:the )?header|below is a copy|included is a copy|original message (?:headers )?follows|"
    r"message headers? follows?|original message headers?|en-têtes de message|ursprüngliche (?:nachrichten)?kopf|"
    r"the (?:first|header|text) .{0,60}(?:message|mail)|received: |return-path: ?<|message-id: ?<"
)
