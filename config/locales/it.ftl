# I testi delle pagine in italiano. Ogni identificativo sta anche negli altri file di questa cartella.
# Un rifiuto ha tre testi: che cosa è successo, il titolo (.title), che cosa fare (.advice). Il suo
# identificativo è «refusal-» seguito dal codice, con i trattini al posto dei punti; ciò che più metodi
# dicono con le stesse parole sta una volta sola, senza il nome del metodo, che è in { $method }.

# --- cornice di ogni pagina

skip-to-content = Vai al contenuto
platform = Accesso ai servizi digitali
language-switch = Scegli la lingua
footer-links = Link utili
accessibility-statement = Dichiarazione di accessibilità
privacy-notice = Informativa sulla privacy
support = Assistenza
back-to-services = Torna all’elenco dei servizi
log-out = Esci

# --- elenco dei servizi

home-title = I servizi della regione
home-lead = Scegli un servizio: se serve, ti chiederemo di dimostrare chi sei. Poi potrai passare da un servizio all’altro senza ripetere l’accesso.
home-session = La tua sessione
home-logged-in = Hai effettuato l’accesso con { $method }
home-logged-in-as = { $name }, hai effettuato l’accesso con { $method }
home-level = Livello di sicurezza { $level }
home-empty = Al momento non ci sono servizi disponibili.

# --- scelta del metodo

chooser-title = Accedi a { $service }
chooser-lead = { $body } ti chiede di dimostrare chi sei. Scegli come accedere.
chooser-step-up = Hai già effettuato l’accesso con livello di sicurezza { $reached }, ma per questa pagina serve il livello { $needed }. Accedi di nuovo con un metodo più sicuro.
chooser-more-data = Hai già effettuato l’accesso, ma { $service } deve ricevere dati che non hai ancora condiviso. Accedi di nuovo per condividerli.
chooser-other-identity = Hai già effettuato l’accesso, ma con un tipo di identità digitale, personale o professionale, diverso da quello richiesto da { $service }. Accedi di nuovo con quella giusta.
chooser-none = Al momento nessun metodo di accesso raggiunge ciò che questo servizio richiede. Riprova più tardi o contatta l’assistenza.
chooser-enter = Entra con { $method }
chooser-providers = Scegli il tuo gestore di identità { $method }
chooser-attributes = Quali dati riceve il servizio
chooser-attributes-lead = Dopo l’accesso { $service } riceverà soltanto:
chooser-attributes-none = { $service } non riceve nessun tuo dato personale, ma soltanto un codice che ti riconosce quando torni.
chooser-checked = Per verificare che il servizio sia per te chiediamo anche questi dati, che { $service } non riceve:
chooser-level = Quanto è sicuro l’accesso
level-1 = Livello 1: bastano nome utente e password.
level-2 = Livello 2: oltre alla password serve un codice temporaneo o un’app.
level-3 = Livello 3: serve un dispositivo fisico, come una smart card o la carta d’identità.
purpose-p = Accedi con un’identità digitale per uso professionale: la tua, o quella con cui agisci per un’organizzazione.
purpose-lp = Accedi con l’identità digitale della tua organizzazione, o con quella con cui agisci per essa.
purpose-pg = Accedi con l’identità digitale per uso professionale con cui agisci per un’organizzazione.
purpose-pf = Accedi con la tua identità digitale per uso professionale.
purpose-px = Accedi con un’identità digitale per uso professionale, o con quella della tua organizzazione, non con quella personale.

# --- metodi di accesso: che cosa sono, e come li chiamano i cittadini (.name)

method-spid = SPID è il sistema di accesso ai servizi online della pubblica amministrazione, con un’identità digitale unica.
    .name = SPID
    .more = Maggiori informazioni su SPID
    .more-address = https://www.spid.gov.it
    .join = Non hai SPID?
    .join-address = https://www.spid.gov.it/richiedi-spid
method-cie = La carta d’identità elettronica: entri con l’app CieID, oppure con la carta e il suo PIN.
    .name = CIE
    .more = Maggiori informazioni sulla CIE
    .more-address = https://www.cartaidentita.interno.gov.it
method-eidas = Se hai un’identità digitale di un altro Paese europeo, puoi usarla anche qui.
    .name = eIDAS
    .more = Maggiori informazioni su eIDAS
    .more-address = https://www.eid.gov.it

# --- partenza verso il gestore

depart-title = Ti stiamo portando da { $provider }
depart-lead = Se la pagina non cambia da sola entro pochi secondi, premi il pulsante.
depart-continue = Continua

# --- uscita

logout-title = Vuoi uscire?
logout-lead = Uscirai da tutti i servizi della regione a cui hai effettuato l’accesso da questo browser.
logout-confirm = Esci da tutti i servizi
logout-stay = Resta collegato
logged-out-title = Non sei collegato a nessun servizio
logged-out-lead = La tua sessione è chiusa su tutti i servizi della regione. Se il computer non è tuo, chiudi anche il browser.
logged-out-partly = La tua sessione è chiusa su tutti i servizi della regione, ma con { $method } non è stato possibile farti uscire ovunque: altri siti a cui hai effettuato l’accesso con { $method } potrebbero riconoscerti ancora.
logged-out-close = Per sicurezza chiudi tutte le finestre del browser, soprattutto se il computer non è tuo.
logged-out-page = La tua sessione è chiusa su tutti i servizi della regione. { $method } mantiene in questo browser una sessione propria: chiudi anche quella, soprattutto se il computer non è tuo.
logged-out-page-link = Esci anche da { $method }

# --- rifiuti: cornice

refusal-advice = Che cosa puoi fare
refusal-retry = Riprova
refusal-code = Codice
refusal-request = Identificativo della richiesta
refusal-method = Metodo di accesso
refusal-provider = Gestore di identità
refusal-support = Se il problema continua, comunica all’assistenza questi due codici. Non contengono dati personali.
refusal-unknown = L’operazione non è riuscita.
    .title = Qualcosa è andato storto
    .advice = Riprova tra qualche minuto. Se il problema continua, contatta l’assistenza.

# --- rifiuti: pagine

refusal-web-page-unknown = L’indirizzo che hai aperto non corrisponde a nessuna pagina.
    .title = Pagina non trovata
    .advice = Controlla di averlo scritto bene, oppure parti dall’elenco dei servizi.
refusal-web-method-not-allowed = Questo indirizzo non può essere usato in questo modo.
    .title = Operazione non prevista
    .advice = Torna all’elenco dei servizi e ricomincia da lì.
refusal-web-request-too-large = I dati inviati al nostro sito superano la dimensione consentita.
    .title = Richiesta troppo grande
    .advice = Ricomincia l’accesso. Se succede ancora, contatta l’assistenza del tuo gestore di identità.
refusal-web-request-too-slow = I dati che il tuo browser stava inviando al nostro sito non sono arrivati in tempo.
    .title = Connessione troppo lenta
    .advice = Controlla la connessione a internet, poi ricomincia l’accesso.
refusal-web-request-cross-site = La richiesta è partita da un altro sito, quindi non l’abbiamo eseguita.
    .title = Richiesta non eseguita
    .advice = Se vuoi davvero farlo, ripeti l’operazione da questo sito.
refusal-web-internal = Un errore del nostro sistema ha interrotto l’operazione. Non dipende da te.
    .title = Errore del sistema
    .advice = Riprova tra qualche minuto. Se il problema continua, contatta l’assistenza.

# --- rifiuti: accesso

refusal-login-service-unknown = Il servizio che hai chiesto non esiste, oppure non è più disponibile qui.
    .title = Servizio non trovato
    .advice = Cercalo nell’elenco dei servizi.
refusal-login-method-unknown = Il metodo di accesso che hai chiesto non esiste o non è attivo.
    .title = Metodo di accesso non disponibile
    .advice = Scegli un altro metodo di accesso.
refusal-login-provider-unknown = Il gestore di identità che hai chiesto non è tra quelli disponibili.
    .title = Gestore di identità non disponibile
    .advice = Torna alla scelta e seleziona uno dei gestori elencati.
refusal-login-method-too-weak = Questo metodo non raggiunge il livello di sicurezza richiesto dal servizio.
    .title = Serve un accesso più sicuro
    .advice = Scegli un altro metodo di accesso, che raggiunga il livello richiesto.
refusal-login-method-no-purpose = Il servizio richiede un’identità digitale per uso professionale, che questo metodo di accesso non prevede.
    .title = Serve un altro metodo di accesso
    .advice = Scegli un altro metodo di accesso, per esempio SPID.
refusal-login-method-no-birthdate = Il servizio non è per tutte le età, e questo metodo di accesso non ci comunica la data di nascita.
    .title = Serve un altro metodo di accesso
    .advice = Scegli un altro metodo di accesso, per esempio SPID o la carta d’identità elettronica.
refusal-login-age-too-young = Non hai ancora l’età a cui questo servizio è riservato.
    .title = Servizio riservato a chi è più grande
    .advice = Se agisci per conto di un’altra persona, chiedi all’ente che offre il servizio come fare. Se questo accesso non è il tuo, vai alla lista dei servizi, esci, ed entra con la tua identità.
refusal-login-age-too-old = Hai superato l’età a cui questo servizio è riservato.
    .title = Servizio riservato a chi è più giovane
    .advice = Se agisci per conto di tuo figlio, chiedi all’ente che offre il servizio come fare. Se questo accesso non è il tuo, vai alla lista dei servizi, esci, ed entra con la tua identità.
refusal-login-age-unknown = Il servizio non è per tutte le età, e il tuo gestore di identità non ci ha comunicato la tua data di nascita.
    .title = Età sconosciuta
    .advice = Riprova con un altro metodo di accesso. Se succede ancora, contatta il tuo gestore di identità.
refusal-login-proof-replayed = La risposta del gestore di identità è già stata usata una volta, e per la tua sicurezza non può essere usata di nuovo.
    .title = Accesso già utilizzato
    .advice = Non usare il pulsante «Indietro» del browser: ricomincia l’accesso.
refusal-login-handoff-refused = Il passaggio dalla pagina di accesso al servizio non è valido: forse è durato troppo, oppure è iniziato in un altro browser.
    .title = Passaggio al servizio non riuscito
    .advice = Apri di nuovo il servizio: se hai già effettuato l’accesso, non dovrai ripeterlo.
refusal-login-request-malformed = L’indirizzo o i dati ricevuti non sono completi o non sono corretti.
    .title = Richiesta non valida
    .advice = Riparti dall’elenco dei servizi. Se sei arrivato da un link, avvisa chi lo ha pubblicato.
refusal-login-return-foreign = L’indirizzo a cui tornare dopo l’accesso non è una pagina di questo servizio.
    .title = Richiesta non valida
    .advice = Riparti dall’elenco dei servizi. Se sei arrivato da un link, avvisa chi lo ha pubblicato.
refusal-login-store-unavailable = Un nostro sistema in questo momento non risponde. Non dipende da te.
    .title = Servizio momentaneamente non disponibile
    .advice = Riprova tra qualche minuto.
refusal-login-attempt-unknown = Non troviamo l’accesso che stavi completando: è già finito, è scaduto, oppure era iniziato in un altro browser.
    .title = Accesso da ricominciare
    .advice = Ricomincia l’accesso dal servizio che ti serve, nello stesso browser fino alla fine. Se succede ancora, controlla che il browser accetti i cookie.
refusal-login-attempt-expired = È passato troppo tempo da quando hai iniziato l’accesso.
    .title = Tempo scaduto
    .advice = Ricomincia l’accesso e completalo entro 30 minuti.
refusal-login-attempt-not-sent = È arrivata una risposta di accesso che non avevamo chiesto, quindi non l’abbiamo accettata.
    .title = Risposta non attesa
    .advice = Ricomincia l’accesso.
refusal-login-attempt-other-method = La risposta è arrivata da un metodo di accesso diverso da quello che avevi scelto.
    .title = Metodo di accesso diverso
    .advice = Ricomincia l’accesso in una sola finestra.
refusal-login-attempt-other-provider = La risposta è arrivata da un gestore di identità diverso da quello che avevi scelto.
    .title = Gestore di identità diverso
    .advice = Ricomincia l’accesso in una sola finestra.
refusal-login-level-too-low = Il livello di sicurezza raggiunto è più basso di quello richiesto dal servizio.
    .title = Serve un accesso più sicuro
    .advice = Ricomincia l’accesso e usa le credenziali di livello più alto, per esempio il codice temporaneo o l’app.

# --- rifiuti: messaggi di uscita dei gestori

-logout-refused = Messaggio di uscita non accettato
-log-out-here = La tua sessione qui è rimasta com’era. Per chiuderla, esci dalla pagina di questo sito; se succede ancora, segnalalo al tuo gestore di identità.
refusal-logout-method-not-offered = Questo metodo di accesso non ci annuncia le uscite.
    .title = Uscita non prevista
    .advice = Esci dalla pagina di questo sito.
refusal-logout-request-malformed = Il messaggio di uscita del gestore di identità non si può leggere.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-issuer = Il messaggio di uscita non viene da un gestore di identità che conosciamo.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-signature = La firma sul messaggio di uscita manca o non è valida.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-id = Il messaggio di uscita non ha un identificativo valido.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-version = Il messaggio di uscita è in una versione che non accettiamo.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-instant = Nel messaggio di uscita manca una data, o non è scritta come dovrebbe.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-issued-too-late = Il messaggio di uscita dice di essere stato emesso nel futuro.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-expired = Il messaggio di uscita è scaduto.
    .title = Tempo scaduto
    .advice = Esci di nuovo: dalla pagina di questo sito o dal tuo gestore di identità.
refusal-logout-request-destination = Il messaggio di uscita era indirizzato altrove.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-subject = Il messaggio di uscita non dice di chi è la sessione da chiudere.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-response-status = La risposta del gestore di identità non dice se lì sei uscito.
    .title = { -logout-refused }
    .advice = La tua sessione qui è chiusa. Per sicurezza chiudi tutte le finestre del browser.
refusal-logout-response-unknown = Abbiamo ricevuto la risposta a un’uscita già conclusa, o che nessuno ha chiesto.
    .title = Risposta inattesa
    .advice = { -log-out-here }
refusal-logout-response-other-provider = La risposta viene da un gestore di identità diverso da quello a cui abbiamo annunciato la tua uscita.
    .title = Gestore di identità diverso
    .advice = { -log-out-here }

# --- rifiuti: limiti

refusal-gateway-host-malformed = Il nome del sito indicato nella richiesta non è valido.
    .title = Richiesta non valida
    .advice = Controlla l’indirizzo che hai aperto.
refusal-gateway-too-many-logins = Dalla tua rete sono arrivate troppe richieste di accesso in poco tempo.
    .title = Troppe richieste
    .advice = Aspetta un minuto, poi riprova.

# --- rifiuti: passaggio ai servizi

refusal-proxy-path-ambiguous = L’indirizzo contiene caratteri che si possono leggere in modi diversi, quindi per sicurezza non l’abbiamo aperto.
    .title = Indirizzo non valido
    .advice = Apri il servizio dalla sua prima pagina.
refusal-proxy-request-malformed = La richiesta inviata dal browser non è corretta.
    .title = Richiesta non valida
    .advice = Ricarica la pagina. Se succede ancora, prova con un altro browser.
refusal-proxy-client-broken = I dati che stavi inviando non sono arrivati per intero.
    .title = Invio interrotto
    .advice = Controlla la connessione e riprova.
refusal-proxy-service-unknown = A questo indirizzo non risponde nessun servizio.
    .title = Pagina non trovata
    .advice = Controlla di averlo scritto bene, oppure cerca il servizio nell’elenco.
refusal-proxy-store-unavailable = In questo momento non riusciamo a controllare se hai effettuato l’accesso. Non dipende da te.
    .title = Servizio momentaneamente non disponibile
    .advice = Riprova tra qualche minuto.
refusal-proxy-upstream-unreachable = Il sistema dell’ente che offre il servizio in questo momento non risponde. Non dipende da te.
    .title = Il servizio non è raggiungibile
    .advice = Riprova tra qualche minuto.
refusal-proxy-upstream-broken = Il sistema dell’ente che offre il servizio ha interrotto la comunicazione. Non dipende da te.
    .title = Il servizio ha interrotto la risposta
    .advice = Riprova. Se stavi inviando dei dati, controlla prima se sono stati ricevuti.
refusal-proxy-upstream-timeout = Il sistema dell’ente che offre il servizio non ha risposto in tempo. Non dipende da te.
    .title = Il servizio è troppo lento
    .advice = Riprova tra qualche minuto. Se stavi inviando dei dati, controlla prima se sono stati ricevuti.
refusal-proxy-internal = Un errore del nostro sistema ha interrotto l’operazione. Non dipende da te.
    .title = Errore del sistema
    .advice = Riprova tra qualche minuto. Se il problema continua, contatta l’assistenza.

# --- rifiuti: verifica della risposta del gestore di identità

-answer-refused = Risposta del gestore non accettata
-log-in-again = Ricomincia l’accesso. Se succede ancora, scegli un altro gestore o contatta l’assistenza.
refusal-response-malformed = La risposta del gestore di identità non si può leggere.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-in-response-to = La risposta del gestore di identità non corrisponde all’accesso che avevi iniziato.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-id = La risposta del gestore di identità non ha un identificativo valido.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-version = La risposta del gestore di identità è in una versione che non accettiamo.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-instant = Nella risposta del gestore di identità manca una data, oppure non è scritta come previsto.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issued-too-early = La risposta del gestore di identità risulta emessa prima della tua richiesta.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issued-too-late = La risposta del gestore di identità risulta emessa nel futuro.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-destination = La risposta del gestore di identità era destinata a un altro indirizzo.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issuer = La risposta non arriva dal gestore di identità che avevi scelto.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-status = La risposta del gestore di identità non dice se l’accesso è riuscito.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-assertion = La risposta del gestore di identità non contiene la dichiarazione su chi sei, o ne contiene più di una.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-encryption = La risposta del gestore di identità è cifrata in un modo che non possiamo leggere.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-signature = La firma sulla risposta del gestore di identità manca o non è valida.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-subject = La risposta del gestore di identità non dice chi sei.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-confirmation = La risposta del gestore di identità non conferma che sei tu a presentarla.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-recipient = La risposta del gestore di identità doveva essere consegnata a un altro indirizzo.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-conditions = Le condizioni di validità nella risposta del gestore di identità mancano o non sono quelle previste.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-expired = La risposta del gestore di identità è scaduta.
    .title = Tempo scaduto
    .advice = Ricomincia l’accesso e completalo senza interruzioni.
refusal-response-not-yet-valid = La risposta del gestore di identità non è ancora valida.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-audience = La risposta del gestore di identità era destinata a un altro fornitore di servizi.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-authentication = La risposta del gestore di identità non dice come hai effettuato l’accesso.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-level-too-low = Il gestore di identità ti ha riconosciuto con un livello di sicurezza più basso di quello richiesto dal servizio.
    .title = Serve un accesso più sicuro
    .advice = Ricomincia l’accesso e usa le credenziali di livello più alto, per esempio il codice temporaneo o l’app.
refusal-response-attributes = Nella risposta del gestore di identità mancano dati che il servizio ha chiesto, o non sono scritti come previsto.
    .title = { -answer-refused }
    .advice = { -log-in-again }

# --- rifiuti: tabella dei messaggi di errore delle regole tecniche SPID, che vale anche per CIE ed eIDAS
# Un testo con .provider ha anche il link al sito del gestore, per ciò che solo il gestore può risolvere.

refusal-error-nr19 = Autenticazione fallita per ripetuta sottomissione di credenziali errate: hai superato il numero di tentativi ammessi.
    .title = Troppi tentativi con credenziali errate
    .advice = Riprova con le credenziali corrette. Se le hai dimenticate o se risultano bloccate, rivolgiti al tuo gestore di identità, che può recuperarle o sbloccarle.
    .provider = Vai al sito di { $provider }
refusal-error-nr20 = Utente privo di credenziali compatibili con il livello richiesto dal fornitore del servizio.
    .title = Le tue credenziali non bastano per questo servizio
    .advice = I livelli di sicurezza sono tre: al livello 1 bastano nome utente e password; al livello 2 serve anche un codice temporaneo o un’app; al livello 3 serve un dispositivo fisico, come una smart card. Chiedi al tuo gestore di identità le credenziali del livello richiesto, oppure riprova con un altro metodo di accesso.
    .provider = Vai al sito di { $provider }
refusal-error-nr21 = Timeout durante l’autenticazione: non hai completato l’accesso entro il tempo previsto dal gestore di identità.
    .title = Tempo scaduto
    .advice = Riprova, e completa i passaggi sul sito o nell’app del gestore senza lasciare la pagina.
refusal-error-nr22 = Non hai dato il consenso all’invio dei tuoi dati al servizio.
    .title = Consenso negato
    .advice = Senza quei dati il servizio non può riconoscerti. Se vuoi usarlo, riprova e dai il consenso: prima di accedere puoi leggere quali dati riceve.
refusal-error-nr23 = La tua identità digitale è sospesa o revocata, oppure le tue credenziali sono bloccate.
    .title = Identità sospesa, revocata o bloccata
    .advice = Contatta il tuo gestore di identità: può dirti il motivo e come riattivarla. Nel frattempo puoi accedere con un altro metodo.
    .provider = Vai al sito di { $provider }
refusal-error-nr24 = Il gestore di identità ha interrotto l’accesso con un errore riservato.
    .title = Accesso non riuscito
    .advice = Riprova. Se succede ancora, contatta il tuo gestore di identità.
refusal-error-nr25 = Hai annullato l’accesso presso il gestore di identità.
    .title = Accesso annullato
    .advice = Se vuoi ancora usare il servizio, riprova: torni alla scelta, dove puoi cambiare gestore o metodo.
refusal-error-nr30 = Hai usato un tipo di identità digitale diverso da quello richiesto dal servizio: personale al posto di professionale, o viceversa.
    .title = Tipo di identità diverso da quello richiesto
    .advice = L’identità personale ti rappresenta come cittadino; quella per uso professionale vale per il tuo lavoro, come professionista o per un’organizzazione. Riprova con l’identità del tipo richiesto: quelle per uso professionale si chiedono ai gestori di identità.
refusal-error-request = Il gestore di identità non ha accettato la nostra richiesta. Il problema è nostro e non dipende da te: chi gestisce il sistema è già stato avvisato.
    .title = Richiesta non accettata dal gestore
    .advice = Riprova tra qualche minuto, oppure scegli un altro gestore o un altro metodo. Se il problema continua, contatta l’assistenza.
refusal-error-provider = Il gestore di identità ha comunicato un errore e non ha completato l’accesso.
    .title = Errore del gestore di identità
    .advice = Riprova tra qualche minuto, oppure scegli un altro gestore o un altro metodo. Se succede ancora, contatta il gestore.

# CIE riserva i numeri 19 e 20.
refusal-cie-error-nr19 = { refusal-error-nr24 }
    .title = { refusal-error-nr24.title }
    .advice = { refusal-error-nr24.advice }
refusal-cie-error-nr20 = { refusal-error-nr24 }
    .title = { refusal-error-nr24.title }
    .advice = { refusal-error-nr24.advice }
refusal-cie-error-nr23 = La tua carta d’identità elettronica è scaduta, oppure è stata revocata.
    .title = Carta scaduta o revocata
    .advice = Se la carta è scaduta o l’hai smarrita, chiedine una nuova al tuo Comune. Se è valida, contatta l’assistenza della carta d’identità elettronica. Nel frattempo puoi accedere con un altro metodo.
    .provider = Vai al sito di { $provider }

# --- rifiuti: identità e configurazione dei metodi

refusal-identity-fiscal-number = Il gestore di identità ci ha inviato un codice fiscale che non è valido.
    .title = Codice fiscale non valido
    .advice = Chiedi al tuo gestore di identità di correggere i tuoi dati.
    .provider = Vai al sito di { $provider }
refusal-identity-attribute = Il gestore di identità ci ha inviato il tuo nome o la tua data di nascita in una forma non valida.
    .title = Dati non validi
    .advice = Chiedi al tuo gestore di identità di correggere i tuoi dati.
    .provider = Vai al sito di { $provider }
refusal-identity-purpose = Il servizio richiede un’identità digitale con cui agisci per un’organizzazione, e quella che hai usato non ne indica nessuna.
    .title = Tipo di identità diverso da quello richiesto
    .advice = Riprova con l’identità per uso professionale della tua organizzazione. Se l’hai già fatto, contatta il tuo gestore di identità.
    .provider = Vai al sito di { $provider }
refusal-identity-anonymous = Il gestore di identità non ci ha inviato né un codice fiscale né un identificativo europeo, quindi non possiamo riconoscerti.
    .title = Dati non sufficienti
    .advice = Riprova. Se succede ancora, contatta il tuo gestore di identità.
refusal-service-not-served = Questo servizio non è ancora abilitato all’accesso con { $method }. Il problema è nostro e non dipende da te.
    .title = Servizio non ancora abilitato a { $method }
    .advice = Scegli un altro metodo di accesso, oppure contatta l’assistenza.
refusal-provider-no-address = Il gestore di identità non indica l’indirizzo a cui mandarti.
    .title = Gestore di identità non raggiungibile
    .advice = Scegli un altro gestore o un altro metodo.
refusal-gateway-signing = Non siamo riusciti a preparare la richiesta per il gestore di identità. Il problema è nostro e non dipende da te.
    .title = Errore del sistema
    .advice = Riprova tra qualche minuto. Se il problema continua, contatta l’assistenza.
refusal-gateway-memo = Non siamo riusciti a rileggere l’accesso che avevi iniziato. Il problema è nostro e non dipende da te.
    .title = Errore del sistema
    .advice = Ricomincia l’accesso. Se il problema continua, contatta l’assistenza.

# --- dati della persona

attribute-given-name = nome
attribute-family-name = cognome
attribute-fiscal-number = codice fiscale
attribute-spid-code = codice SPID
attribute-birthdate = data di nascita
attribute-place-of-birth = luogo di nascita
attribute-county-of-birth = provincia di nascita
attribute-gender = sesso
attribute-email = indirizzo e-mail
attribute-phone-number = numero di cellulare
attribute-e-delivery-service = domicilio digitale (PEC)
attribute-address = indirizzo
attribute-domicile-street-address = domicilio: via e numero civico
attribute-domicile-postal-code = domicilio: CAP
attribute-domicile-municipality = domicilio: comune
attribute-domicile-province = domicilio: provincia
attribute-domicile-nation = domicilio: nazione
attribute-document-details = documento d’identità
attribute-eid-exp-date = scadenza dell’identità digitale
attribute-company-name = ragione sociale
attribute-registered-office = sede legale
attribute-company-fiscal-number = codice fiscale dell’azienda
attribute-vat-number = partita IVA
