"""What mail servers write when a mail cannot be delivered, in the languages of our users and of the programs that speak
only English: in small letters, a space for any white space. A new language is a new row here, no new rule."""

# How the subject of a bounce begins.
SUBJECT = (
    # English
    r"\[bounce\]|undeliver(?:ed|able)|notice: mail|sorry, your message|(?:could|can)(?: ?not|n't) deliver|"
    r"unable to deliver|(?:e-?mail|mail|message) (?:cannot|could not|can't|couldn't|was not|wasn't)|"
    r"delivery (?:status notification|failure|failed|has failed|reports?\b|error|problem|notification|unsuccessful|"
    r"delayed|incomplete)|(?:e-?mail|mail|message) (?:delivery )?(?:has |have |is )?(?:failed|failure|system error|"
    r"error|problem|undeliverable|delayed|status|not delivered|bounced)|return(?:ed|ing)? (?:e-?mail|mail|message|to "
    r"sender)|failure (?:notice|notification|delivery)|fail(?:ed|ure) (?:e-?mail|mail|delivery|message)|"
    r"non[ -]?(?:delivery|deliverable|remis)|nondeliverable|not delivered|could not send|there was an error sending|"
    r"error sending|warning: (?:could not|message|e-?mail)|bounced? (?:mail|message|e-?mail)|"
    r"rejected (?:mail|message)|your (?:message|mail|e-?mail) (?:could not|was not|has not|"
    r"to .{1,100} (?:could|was|has))|automatically rejected mail|user unknown|unknown user|"
    # German, French, Spanish, Italian, Portuguese, Dutch
    r"unzustellbar|nicht zustellbar|nicht zugestellt|benachrichti?gung zum|(?:zustellung|übermittlung|zustellfehler)\b|"
    r"fehler bei der zustellung|mail nicht zustellbar|rückläufer|"
    r"échec (?:de |d'|lors )|notification d'état|(?:message |courriel )?non (?:remis|distribué|délivré)|"
    r"avis de non[ -]remise|retour à l'expéditeur|remise différée|remise retardée|"
    r"no se (?:puede|pudo|ha podido) entregar|error (?:de|en la) entrega|no entregado|mensaje no entregado|"
    r"notificación del estado de entrega|"
    r"non recapitabile|mancat[ao] (?:consegna|recapito)|impossibile (?:recapitare|consegnare)|"
    r"recapito non riuscito|messaggio non (?:recapitato|consegnato)|avviso di mancata|"
    r"devolução|não entregue|(?:mensagem )?não entregue|falha na entrega|notificação (?:de|do) (?:status|estado)|"
    r"niet (?:bezorgd|afgeleverd)|onbestelbaar|bezorging mislukt|kan niet worden bezorgd|"
    # Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Romanian, Bulgarian, Greek
    r"nie (?:dostarczono|można dostarczyć|udało się)|niedostarcz|zwrot (?:poczty|wiadomości)|"
    r"nedoručiteľn|nedoručiteln|nedoručen|nelze doručit|nemožno doručiť|oznámení o (?:stavu|nedoručení)|"
    r"ni (?:bilo )?mogoče dostaviti|nedostavljiv|nije (?:moguće )?(?:isporuč|dostav)|neisporuč|neuspjel|"
    r"kézbesíthetetlen|sikertelen kézbesítés|nem kézbesíthető|a kézbesítés|nelivrat|imposibil de livrat|"
    r"неуспешна доставка|недоставен|не може да бъде доставен|"
    r"δεν (?:είναι|ήταν) δυνατή|αδύνατη η παράδοση|αποτυχία παράδοσης|ανεπίδοτο|μη παραδοτέο|"
    # Swedish, Danish, Finnish, Estonian, Latvian, Lithuanian, Maltese, Irish, Ukrainian, Russian
    r"kan inte levereras|kunde inte levereras|olevererbart|ej levererat|det gick inte att leverera|"
    r"kan ikke leveres|kunne ikke leveres|uleveret|ikke leveret|ei voitu toimittaa|toimittamaton|toimitus epäonnistui|"
    r"ei ole võimalik kätte|kättetoimetamatu|kohaletoimetamine|edastamine ebaõnnestus|"
    r"nepiegādāt|nav piegādāt|piegāde neizdevās|neizdevās piegādāt|(?:vēstuli|ziņojumu) ne|nepristatyt|"
    r"nepavyko pristatyti|ma setax j|ma ġie?tx|níorbh fhéidir|níor seachadadh|theip ar|"
    r"не (?:було )?доставлен|не вдалося (?:виконати )?достав|недоставлен|неможливо достав|помилка достав|"
    r"повідомлення (?:не доставлен|про (?:стан|помилку|недостав))|лист не достав|повернен|"
    r"не удалось достав|невозможно достав|ошибка достав|недоставленное|сообщение не достав|письмо не (?:достав|может)|"
    r"уведомление о (?:статусе|состоянии|недостав)"
)

# What the text of a bounce says about the delivery, the address or the mailbox.
FAILURE = (
    # English
    r"(?:could|can)(?: ?not|n't) be (?:delivered|sent|completed|reached|found)|(?:was|were|been|is) (?:not |un)deliver|"
    r"wasn't (?:able to )?deliver|(?:not|never) delivered|undeliver|non-?deliver|deliver(?:y|ed|ing)? "
    r"(?:to the following )?.{0,40}?(?:fail|error|problem|delayed|aborted)|fail(?:ed|ure) "
    r"(?:to deliver|to send|permanently|recipient)|trouble delivering|(?:unable|not able) to (?:deliver|relay|send)|"
    r"fail(?:ed|ure) .{0,40}?deliver|did not reach|(?:user|recipient|address|host|domain|mailbox)(?: is| name is|\(s\))?"
    r" ?unknown|unknown (?:user|recipient|address|local|host|mailbox)|no such (?:user|recipient|mailbox|address|person|"
    r"domain|local|account)|(?:does|do|did)(?: ?not|n't) (?:exist|have an? .{0,60}?account|like (?:our|the) "
    r"recipient|like recipient)|no mailbox (?:here )?by that name|mailbox (?:is |was )?(?:full|unavailable|not found|"
    r"disabled|inactive|over|currently)|(?:mail|in)box is (?:full|over)|(?:over|out of|exceed(?:s|ed)?) .{0,40}?"
    r"(?:quota|allowed size|size limit|local limit|disk space)|over ?quota|quota exceeded|(?:address|recipient|mail|"
    r"message|sender|relay(?:ing)?)(?: address)? (?:is |was |been )?(?:rejected|refused|denied|blocked)|returned to "
    r"(?:the )?sender|fatal errors?|permanent (?:error|failure)|host (?:not found|unreachable)|invalid (?:recipient|"
    r"address|mailbox|final|user)|(?:recipient|receiver|user|address|account)s? (?:name )?(?:is |was |were )?not "
    r"(?:found|recognized|recognised|listed|known|valid)|not listed in|rejected (?:by|your|recipient)|account (?:is |"
    r"has been )?(?:temporarily )?(?:disabled|suspended|closed|over|limited|inactive)|still being retried|has been "
    r"delayed|delay reason|not yet been delivered|bounced,? |bad address|size limit exceeded|too many hops|mail loop|"
    r"connection (?:timed out|refused)|failed recipients?|delivery (?:errors|problems)|did not receive (?:this|your)|"
    # German, French, Spanish, Italian, Portuguese, Dutch
    r"nicht (?:zugestellt|zustellbar|ausgeliefert|übermittelt)|unzustellbar|fehlgeschlagen|"
    r"empfänger (?:ist )?unbekannt|postfach .{0,30}?voll|n'a pas (?:pu|été)|n'ont pas pu|non (?:remis|distribué|délivré)|échec de |destinataire "
    r"inconnu|boîte .{0,40}?pleine|est introuvable|no (?:se )?(?:pudo|ha podido|puede) (?:ser )?entreg|no entregad|"
    r"error de entrega|destinatario desconocido|buzón .{0,20}?lleno|non (?:è|sono) stat[oaie] (?:possibile|recapit|"
    r"consegn)|impossibile (?:recapitare|consegnare)|non riuscit[oa]|mancat[ao] (?:recapito|consegna)|casella .{0,30}?"
    r"piena|não (?:foi|pôde|pode|p[uô]de) (?:possível )?(?:ser )?entreg|falha na entrega|caixa .{0,30}?cheia|niet "
    r"(?:worden )?(?:bezorgd|afgeleverd)|onbestelbaar|bezorg.{0,40}?mislukt|postvak .{0,20}?vol\b|"
    # Polish, Czech, Slovak, Slovene, Croatian, Hungarian, Romanian, Bulgarian, Greek
    r"nie (?:został|można|mógł|mogła|udało|powiod)|niedostarcz|skrzynka .{0,40}?(?:pełna|przepełniona)|nieznany "
    r"(?:odbiorca|adresat|użytkownik)|nedoru[čc]|nelze doručit|nepoda(?:řilo se|rilo sa) doručiť?|nemožno doručiť|"
    r"schránka .{0,40}?plná|neznámý (?:příjemce|uživatel|príjemca)|mogoče dostaviti|ni (?:bil[oa]? )?(?:uspela|"
    r"dostavljen)|nije (?:moguće |bilo )?(?:isporuč|dostav)|neuspjel|kézbesít(?:hetetlen|eni|és)|megtelt|ismeretlen "
    r"címzett|nu a (?:putut|fost)|nelivrat|eșuat|не (?:може|можа) да (?:бъде )?достав|недоставен|неуспешн|δεν "
    r"(?:ήταν|είναι) δυνατή|δεν (?:μπόρεσε|παραδόθηκε|μπορεί να παραδοθεί)|αποτυχία παράδοσης|άγνωστος παραλήπτης|"
    # Swedish, Danish, Finnish, Estonian, Latvian, Lithuanian, Maltese, Irish, Ukrainian, Russian
    r"(?:kunde|kan) inte (?:levereras|lämnas)|inte (?:nå|levereras)|misslyckad|misslyckats|(?:kunne|kan) ikke leveres|"
    r"ikke leveret|mislykke|ei voitu|epäonnistu|tuntematon|ebaõnnestu|ei õnnestunud|ei saanud kätte|neizdevās "
    r"(?:piegādāt|nosūtīt)|nevarēja piegādāt|(?:nav|netika) piegādāt|nepiegādāt|pastkaste .{0,20}?pilna|nepavyko "
    r"(?:pristatyti|išsiųsti)|ne(?:buvo )?pristatyt|ma setax|ma ġiex|ma ġietx|níor (?:seachadadh|féadadh)|níorbh "
    r"fhéidir|theip ar|не (?:було |был[оа]? )?доставлен|не вдалося (?:виконати )?достав|не може бути достав|неможливо "
    r"достав|помилка достав|недоставлен|(?:скриньк|ящик).{0,40}?(?:переповнен|заповнен)|не (?:існує|знайдено)|не "
    r"(?:удалось|может быть) достав|невозможно достав|ошибка достав|не (?:существует|найден)"
)

# That the server has not given up, or that the cause may pass.
PASSING = (
    r"will (?:keep|continue|be retried|be made|be attempted|try)|still (?:be(?:ing)? )?(?:re)?tr(?:y|ied)|"
    r"has been delayed|not yet been delivered|warning message|temporar|attempts will continue|do not (?:need to )?resend|delay reason|"
    r"connection (?:timed out|refused|reset)|timed out|unreachable|not reachable|no answer|try again|retry time|"
    r"(?:mail)?box (?:is )?.{0,20}?full|over ?quota|quota|(?:exceeds|exceeded) .{0,40}(?:limit|size)|grey ?list|"
    r"postfach .{0,30}?voll|boîte .{0,40}?pleine|buzón .{0,20}?lleno|casella .{0,30}?piena|caixa .{0,30}?cheia|"
    r"postvak .{0,20}?vol\b|skrzynka .{0,40}?(?:pełna|przepełniona)|schránka .{0,40}?plná|megtelt|"
    r"pastkaste .{0,20}?pilna|переповнен|заповнен|переполнен|пълна|"
    r"wird weiter versucht|nouvelles? tentatives?|będą ponawiane|повторн\w+ (?:спроб|попыт)|mēģin\w+ vēlreiz"
)

# Lines below which the mail that is returned stands, or that speak of it.
COPY = (
    r"-{2,60}+.{0,60}(?:original|copy of|below this line|unsent message|message header|headers? of|returned|body of|"
    r"included is)|-{3,60} ?(?:the )?header|below is a copy|included is a copy|original message (?:headers )?follows|"
    r"message headers? follows?|original message headers?|en-têtes de message|ursprüngliche (?:nachrichten)?kopf|"
    r"the (?:first|header|text) .{0,60}(?:message|mail)|received: |return-path: ?<|message-id: ?<"
)
