"""What mail programs write around quoted text, in the languages of our users: the 24 official languages of the European
Union, Ukrainian and Russian. A new language is a new word in a row here, no new rule."""

# "wrote", as it stands in the line above a quotation.
WROTE = (
    "wrote|writes|"  # English
    "schrieb|schrieben|hat geschrieben|schreibt|"  # German
    "a écrit|ont écrit|écrivait|écrit|"  # French
    "escribió|escribio|escribe|"  # Spanish
    "ha scritto|scrive|scrisse|"  # Italian
    "escreveu|escreve|"  # Portuguese
    "schreef|het volgende geschreven|geschreven|"  # Dutch
    "napisał|napisała|napisał\\(a\\)|napisali|pisze|napisane przez|"  # Polish
    "napsal|napsala|napsal\\(a\\)|napsal/a|"  # Czech
    "napísal|napísala|napísal\\(a\\)|napísal/a|píše|"  # Slovak
    "napisal|napisala|napisal/a|napisao|je napisao/la|piše|"  # Slovene, Croatian
    "írta|ezt írta|a következőt írta|írtad|írt|"  # Hungarian
    "a scris|scris|scria|"  # Romanian
    "написа|написал|написала|пише|писа|"  # Bulgarian
    "έγραψε|έγραψες|γράφει|"  # Greek
    "kirjoitti|"  # Finnish
    "skrev|skriver|har skrevet|följande skrev|"  # Danish, Swedish
    "kirjutas|"  # Estonian
    "rakstīja|rakstījis|"  # Latvian
    "rašė|parašė|"  # Lithuanian
    "kiteb|kitbet|"  # Maltese
    "scríobh|"  # Irish
    "написав|написала|написав\\(ла\\)|написали|пише|писав|писала|"  # Ukrainian
    "пишет|написал\\(а\\)|написали|писал|писала"  # Russian
)

# How such a line begins when the date comes first.
ON = (
    "wiadomość napisana przez|"
    "on|am|le|el|il|in data|il giorno|op|em|no dia|a|dnia|w dniu|dne|dňa|dna|dana|v|u|u dan|pe|în|in data de|"
    "la|på|den|d\\.|στις|την|τη|на|від|в|у|ar|an|ag|kell|kuupäeval|pvm|ma|ti|ke|to|su|fil-|nhar|fra|från|von|"
    "quoting|zitat von|citando|pirmd\\.|otrd\\.|trešd\\.|ceturtd\\.|piektd\\.|sestd\\.|svētd\\.|gada|date"
)

# Labels of the header block that Outlook and others put above the history.
FROM = (
    "šalje|de la|"
    "from|von|de|da|van|od|mittente|remitente|remetente|expéditeur|expediteur|feladó|från|fra|lähettäjä|saatja|"
    "no|nuo|sūtītājs|siuntėjas|από|апо|от|від|от кого|від кого|mingħand|minn|ó|absender|afzender|nadawca|"
    "odesílatel|odosielateľ|odosielatel|pošiljatelj|expeditor|afsender|avsändare|kellelt|подател|отправитель|"
    "відправник|reply-to"
)
DATE = "date|data|datum|дата|fecha|dato|dátum|kuupäev|datums|ημερομηνία|päivämäärä|päiväys|pvm|dáta|час|data ir laikas"
SENT = (
    "sent|gesendet|envoyé|envoye|date d'envoi|enviado|enviado el|enviado em|enviada em|inviato|verzonden|"
    "wysłano|odesláno|odoslané|odoslane|poslano|poslané|elküldve|küldve|trimis|expediat|sendt|skickat|"
    "lähetetty|saadetud|nosūtīts|išsiųsta|στάλθηκε|εστάλη|изпратено|отправлено|надіслано|дата отправки|"
    "відправлено|mibgħuta|mibgħut|seolta|received"
)
TO = (
    "to|adressaat|an|à|a|para|aan|do|komu|za|címzett|către|catre|til|till|vastaanottaja|kellele|saaja|kam|adresāts|"
    "gavėjas|προς|до|на|кому|lil|chuig|per|empfänger|destinataire|destinatario|destinatário|adresat|příjemce|"
    "príjemca|prejemnik|prima|primatelj|получатель|одержувач|cc|kopie|copie|kopia|kópia|másolat|copia|cópia|"
    "kopi|kopio|koopia|kopija|копия|копія|κοιν|κοινοποίηση|dw|dv|ук"
)
SUBJECT = (
    "subject|betreff|objet|asunto|oggetto|assunto|onderwerp|temat|předmět|predmet|vec|tárgy|subiect|emne|ämne|"
    "aihe|teema|temats|tēma|tema|θέμα|относно|тема|suġġett|ábhar|zadeva|re"
)

# Lines that stand alone between an answer and the whole earlier message.
ORIGINAL_MESSAGE = (
    "original message|original appointment|original email|reply message|ursprüngliche nachricht|"
    "originalnachricht|original-nachricht|message d'origine|message original|message initial|message transféré|"
    "messaggio originale|messaggio inoltrato|mensaje original|mensaje reenviado|mensagem original|"
    "mensagem encaminhada|oorspronkelijk bericht|doorgestuurd bericht|origineel bericht|wiadomość oryginalna|"
    "oryginalna wiadomość|wiadomość przekazana|treść oryginalnej wiadomości|původní zpráva|původní e-mail|"
    "přeposlaná zpráva|pôvodná správa|pôvodný e-mail|preposlaná správa|izvirno sporočilo|posredovano sporočilo|"
    "izvorna poruka|originalna poruka|proslijeđena poruka|eredeti üzenet|továbbított üzenet|mesaj original|"
    "mesajul original|mesaj redirecționat|оригинално съобщение|препратено съобщение|първоначално съобщение|"
    "αρχικό μήνυμα|προωθημένο μήνυμα|alkuperäinen viesti|välitetty viesti|oprindelig meddelelse|"
    "oprindelig besked|videresendt meddelelse|originalmeddelande|ursprungligt meddelande|"
    "vidarebefordrat meddelande|algsõnum|algne kiri|originaalsõnum|edastatud kiri|edasisaadetud kiri|"
    "sākotnējā ziņa|oriģinālā ziņa|sākotnējais ziņojums|pārsūtītā ziņa|pārsūtīta ziņa|pradinis pranešimas|"
    "originalus laiškas|pirminis pranešimas|persiųstas laiškas|messaġġ oriġinali|messaġġ mibgħut|"
    "bunteachtaireacht|teachtaireacht bhunaidh|вихідне повідомлення|оригінальне повідомлення|"
    "початкове повідомлення|переслане повідомлення|перенаправлене повідомлення|пересланное сообщение|"
    "исходное сообщение|оригинальное сообщение|пересылаемое сообщение|перенаправленное сообщение|"
    "forwarded message|forwarded by .{1,60}|weitergeleitete nachricht|begin forwarded message|"
    "anfang der weitergeleiteten nachricht|début du message réexpédié|début du message transféré|"
    "inizio messaggio inoltrato|inicio del mensaje reenviado|início da mensagem reencaminhada|mail original|"
    "e-mail original"
)

# Lines that helpdesks put above the history they send.
REPLY_ABOVE = (
    "(?:reply|respond|response|answer|write|type).{0,30} above (?:this|the) (?:line|message|email)|"
    "(?:##|--|==)-?.{0,40}reply above|oberhalb dieser (?:linie|zeile)|au-dessus de cette ligne|"
    "por encima de esta línea|sopra questa (?:linea|riga)|boven deze (?:lijn|regel)|powyżej tej linii|"
    "nad tímto řádkem|nad týmto riadkom|над цим рядком|над этой строкой|acima desta linha|virs šīs līnijas"
)

# The line that a mobile mail program signs with.
SENT_FROM = (
    "завантажте outlook|отримайте outlook|poslano s|"
    "sent from my|sent from mail|sent from outlook|sent from yahoo|sent via|sent using|sent with|"
    "get outlook for|download outlook|von meinem .{2,40} gesendet|gesendet von|gesendet mit|gesendet über|"
    "diese nachricht wurde von meinem|envoyé de mon|envoyé depuis|envoyé à partir|envoyé avec|"
    "télécharger outlook|obtenez outlook|enviado desde mi|enviado desde|enviado do meu|enviado a partir|"
    "obtener outlook|inviato da|inviato dal|ottieni outlook|scarica outlook|verzonden vanaf|verstuurd vanaf|"
    "verzonden met|outlook voor|wysłane z|wysłano z|pobierz outlook|odesláno z|odoslané z|poslano z|elküldve|"
    "küldve|trimis de pe|sendt fra|hent outlook|skickat från|skaffa outlook|hämta outlook|lähetetty|"
    "hanki outlook|saadetud minu|nosūtīts no|išsiųsta iš|στάλθηκε από|изпратено от|отправлено с|отправлено из|"
    "надіслано з|надіслано від|відправлено з|відправлено із|скачать outlook|завантажити outlook|mibgħut mill|"
    "seolta ó"
)
