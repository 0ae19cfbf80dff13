# The texts of the pages in English. Every identifier stands in the other files of this folder too.
# A refusal has three texts: what happened, the title (.title), what to do next (.advice). Its
# identifier is "refusal-" followed by the code, with hyphens in place of dots; what several methods say
# in the same words stands there once, without the word of the method, whose name is { $method }.

# --- the frame of every page

skip-to-content = Skip to content
platform = Access to digital services
language-switch = Choose your language
footer-links = Useful links
accessibility-statement = Accessibility statement
privacy-notice = Privacy notice
support = Support
back-to-services = Back to the list of services
log-out = Log out

# --- the list of services

home-title = Services of the region
home-lead = Choose a service: where needed, we will ask you to prove who you are. You can then move from one service to another without logging in again.
home-session = Your session
home-logged-in = You are logged in with { $method }
home-logged-in-as = { $name }, you are logged in with { $method }
home-level = Assurance level { $level }
home-empty = No services are available at the moment.

# --- the choice of a method

chooser-title = Log in to { $service }
chooser-lead = { $body } asks you to prove who you are. Choose how to log in.
chooser-step-up = You are already logged in at assurance level { $reached }, but this page needs level { $needed }. Log in again with a stronger method.
chooser-more-data = You are already logged in, but { $service } must receive data that you have not shared yet. Log in again to share it.
chooser-other-identity = You are already logged in, but with another kind of digital identity, personal or professional, than { $service } asks for. Log in again with the right one.
chooser-none = At the moment no login method reaches what this service needs. Try again later, or contact support.
chooser-enter = Enter with { $method }
chooser-providers = Choose your { $method } identity provider
chooser-attributes = What the service will know
chooser-attributes-lead = After the login, { $service } will receive only your:
chooser-attributes-none = { $service } receives no personal data, only a code that recognises you when you come back.
chooser-checked = To check that the service is for you we also ask for these, which { $service } does not receive:
chooser-level = How secure the login is
level-1 = Level 1: a user name and a password are enough.
level-2 = Level 2: besides the password you need a one-time code or an app.
level-3 = Level 3: you need a physical device, such as a smart card or your identity card.
purpose-p = Log in with a digital identity for professional use: your own, or the one with which you act for an organisation.
purpose-lp = Log in with the digital identity of your organisation, or with the one with which you act for it.
purpose-pg = Log in with the digital identity for professional use with which you act for an organisation.
purpose-pf = Log in with your own digital identity for professional use.
purpose-px = Log in with a digital identity for professional use, or with that of your organisation, not with your personal one.

# --- login methods

method-spid = SPID is the Italian public digital identity: one identity for the online services of every public administration.
    .name = SPID
    .more = More about SPID
    .more-address = https://www.spid.gov.it
    .join = No SPID yet?
    .join-address = https://www.spid.gov.it/richiedi-spid
method-cie = The Italian electronic identity card: log in with the CieID app, or with the card and its PIN.
    .name = CIE
    .more = More about CIE
    .more-address = https://www.cartaidentita.interno.gov.it
method-eidas = If you have a digital identity of another European country, you can use it here too.
    .name = eIDAS
    .more = More about eIDAS
    .more-address = https://www.eid.gov.it

# --- leaving for the provider

depart-title = Taking you to { $provider }
depart-lead = If the page does not change by itself within a few seconds, press the button.
depart-continue = Continue

# --- logging out

logout-title = Do you want to log out?
logout-lead = You will be logged out of all services of the region that you entered from this browser.
logout-confirm = Log out of all services
logout-stay = Stay logged in
logged-out-title = You are not logged in to any service
logged-out-lead = Your session is closed on all services of the region. If this is not your computer, close the browser too.
logged-out-partly = Your session is closed on all services of the region, but with { $method } we could not log you out everywhere: other sites that you entered with it may still recognise you.
logged-out-close = To be sure, close all windows of the browser, above all if this is not your computer.
logged-out-page = Your session is closed on all services of the region. { $method } keeps a session of its own in this browser: end that too, above all if this is not your computer.
logged-out-page-link = Log out of { $method } too

# --- refusals: the frame

refusal-advice = What you can do
refusal-retry = Try again
refusal-code = Code
refusal-request = Request identifier
refusal-method = Login method
refusal-provider = Identity provider
refusal-support = If the problem persists, give these two codes to support. They contain no personal data.
refusal-unknown = The operation did not succeed.
    .title = Something went wrong
    .advice = Try again in a few minutes. If the problem persists, contact support.

# --- refusals: pages

refusal-web-page-unknown = There is no page at the address that you opened.
    .title = Page not found
    .advice = Check that you typed it correctly, or start from the list of services.
refusal-web-method-not-allowed = This address cannot be used in this way.
    .title = Not possible here
    .advice = Go back to the list of services and start from there.
refusal-web-request-too-large = The data sent to our site is larger than allowed.
    .title = Request too large
    .advice = Start the login again. If it happens again, contact the support of your identity provider.
refusal-web-request-too-slow = The data that your browser was sending to our site did not arrive in time.
    .title = Connection too slow
    .advice = Check your connection to the internet, then start the login again.
refusal-web-request-cross-site = The request came from another site, so we did not carry it out.
    .title = Request not carried out
    .advice = If you really want this, do it again from this site.
refusal-web-internal = An error of our system stopped the operation. It is not your fault.
    .title = System error
    .advice = Try again in a few minutes. If the problem persists, contact support.

# --- refusals: login

refusal-login-service-unknown = The service that you asked for does not exist, or is no longer available here.
    .title = Service not found
    .advice = Look for it in the list of services.
refusal-login-method-unknown = The login method that you asked for does not exist or is not open.
    .title = Login method not available
    .advice = Choose another login method.
refusal-login-provider-unknown = The identity provider that you asked for is not among those available.
    .title = Identity provider not available
    .advice = Go back and choose one of the providers in the list.
refusal-login-method-too-weak = This method does not reach the assurance level that the service needs.
    .title = A stronger login is needed
    .advice = Choose another login method, one that reaches the level needed.
refusal-login-method-no-purpose = The service asks for a digital identity for professional use, which this login method does not have.
    .title = Another login method is needed
    .advice = Choose another login method, such as SPID.
refusal-login-method-no-birthdate = The service is not for people of every age, and this login method does not tell us when you were born.
    .title = Another login method is needed
    .advice = Choose another login method, such as SPID or the electronic identity card.
refusal-login-age-too-young = You have not yet reached the age that this service is for.
    .title = Service for older people
    .advice = If you act for somebody else, ask the body that offers the service what to do. If this is not your login, log out on the list of services and log in with your own identity.
refusal-login-age-too-old = You are past the age that this service is for.
    .title = Service for younger people
    .advice = If you act for your child, ask the body that offers the service what to do. If this is not your login, log out on the list of services and log in with your own identity.
refusal-login-age-unknown = This service is not for people of every age, and your identity provider did not tell us when you were born.
    .title = Age not known
    .advice = Try again with another login method. If it happens again, contact your identity provider.
refusal-login-proof-replayed = The answer of the identity provider was used once already, and for your safety it cannot be used again.
    .title = Login already used
    .advice = Do not use the browser’s Back button: start the login again.
refusal-login-handoff-refused = The step from the login page to the service is not valid: it may have taken too long, or begun in another browser.
    .title = Could not take you to the service
    .advice = Open the service again: if you are already logged in, you will not have to repeat the login.
refusal-login-request-malformed = The address or the data that we received is incomplete or wrong.
    .title = Invalid request
    .advice = Start from the list of services. If you followed a link, tell whoever published it.
refusal-login-return-foreign = The address to return to after the login is not a page of this service.
    .title = Invalid request
    .advice = Start from the list of services. If you followed a link, tell whoever published it.
refusal-login-store-unavailable = One of our systems does not answer at the moment. It is not your fault.
    .title = Not available for the moment
    .advice = Try again in a few minutes.
refusal-login-attempt-unknown = We cannot find the login that you were completing: it is already over, it has expired, or it began in another browser.
    .title = The login must start again
    .advice = Start the login again from the service that you need, and stay in the same browser until the end. If it happens again, check that your browser accepts cookies.
refusal-login-attempt-expired = Too much time has passed since you began to log in.
    .title = Time is up
    .advice = Start the login again and complete it within 30 minutes.
refusal-login-attempt-not-sent = We received a login answer that we had not asked for, so we did not accept it.
    .title = Unexpected answer
    .advice = Start the login again.
refusal-login-attempt-other-method = The answer came from another login method than the one that you chose.
    .title = Another login method
    .advice = Start the login again, in one window only.
refusal-login-attempt-other-provider = The answer came from another identity provider than the one that you chose.
    .title = Another identity provider
    .advice = Start the login again, in one window only.
refusal-login-level-too-low = The assurance level reached is lower than the one that the service needs.
    .title = A stronger login is needed
    .advice = Start the login again and use your stronger credentials, such as the one-time code or the app.

# --- refusals: logout messages of providers

-logout-refused = Logout message not accepted
-log-out-here = Your session here is as it was. To end it, log out from the page of this site; if it happens again, tell your identity provider.
refusal-logout-method-not-offered = This login method announces no logouts to us.
    .title = Logout not offered
    .advice = Log out from the page of this site.
refusal-logout-request-malformed = The logout message of the identity provider cannot be read.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-issuer = The logout message does not come from an identity provider that we know.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-signature = The signature on the logout message is missing or not valid.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-id = The logout message has no valid identifier.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-version = The logout message is in a version that we do not accept.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-instant = A date is missing in the logout message, or is not written as it should be.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-issued-too-late = The logout message says that it was issued in the future.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-expired = The logout message has expired.
    .title = Time is up
    .advice = Log out again: from the page of this site, or from your identity provider.
refusal-logout-request-destination = The logout message was addressed elsewhere.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-request-subject = The logout message does not say whose session is to end.
    .title = { -logout-refused }
    .advice = { -log-out-here }
refusal-logout-response-status = The answer of the identity provider does not say whether you are logged out there.
    .title = { -logout-refused }
    .advice = Your session here is closed. To be sure, close all windows of the browser.
refusal-logout-response-unknown = We received the answer to a logout that is already over, or that nobody asked for.
    .title = Unexpected answer
    .advice = { -log-out-here }
refusal-logout-response-other-provider = The answer came from another identity provider than the one that we told of your logout.
    .title = Another identity provider
    .advice = { -log-out-here }

# --- refusals: limits

refusal-gateway-host-malformed = The name of the site in the request is not valid.
    .title = Invalid request
    .advice = Check the address that you opened.
refusal-gateway-too-many-logins = Too many login requests came from your network in a short time.
    .title = Too many requests
    .advice = Wait a minute, then try again.

# --- refusals: the way to services

refusal-proxy-path-ambiguous = The address holds characters that can be read in more than one way, so for safety we did not open it.
    .title = Invalid address
    .advice = Open the service from its first page.
refusal-proxy-request-malformed = The request that your browser sent is not correct.
    .title = Invalid request
    .advice = Reload the page. If it happens again, try another browser.
refusal-proxy-client-broken = The data that you were sending did not arrive in full.
    .title = Sending interrupted
    .advice = Check your connection and try again.
refusal-proxy-service-unknown = No service answers at this address.
    .title = Page not found
    .advice = Check that you typed it correctly, or look for the service in the list.
refusal-proxy-store-unavailable = At the moment we cannot check whether you are logged in. It is not your fault.
    .title = Not available for the moment
    .advice = Try again in a few minutes.
refusal-proxy-upstream-unreachable = The system of the body that offers the service does not answer at the moment. It is not your fault.
    .title = The service cannot be reached
    .advice = Try again in a few minutes.
refusal-proxy-upstream-broken = The system of the body that offers the service interrupted the communication. It is not your fault.
    .title = The service broke off its answer
    .advice = Try again. If you were sending data, check first whether it was received.
refusal-proxy-upstream-timeout = The system of the body that offers the service did not answer in time. It is not your fault.
    .title = The service is too slow
    .advice = Try again in a few minutes. If you were sending data, check first whether it was received.
refusal-proxy-internal = An error of our system stopped the operation. It is not your fault.
    .title = System error
    .advice = Try again in a few minutes. If the problem persists, contact support.

# --- refusals: the check of the identity provider’s answer

-answer-refused = Answer of the provider not accepted
-log-in-again = Start the login again. If it happens again, choose another provider or contact support.
refusal-response-malformed = The answer of the identity provider cannot be read.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-in-response-to = The answer of the identity provider does not belong to the login that you had begun.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-id = The answer of the identity provider has no valid identifier.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-version = The answer of the identity provider is in a version that we do not accept.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-instant = A date is missing in the answer of the identity provider, or is not written as it should be.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issued-too-early = The answer of the identity provider says that it was issued before your request.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issued-too-late = The answer of the identity provider says that it was issued in the future.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-destination = The answer of the identity provider was addressed elsewhere.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-issuer = The answer does not come from the identity provider that you chose.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-status = The answer of the identity provider does not say whether the login succeeded.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-assertion = The answer of the identity provider holds no statement of who you are, or more than one.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-encryption = The answer of the identity provider is encrypted in a way that we cannot read.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-signature = The signature on the answer of the identity provider is missing or not valid.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-subject = The answer of the identity provider does not say who you are.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-confirmation = The answer of the identity provider does not confirm that you are the one who brings it.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-recipient = The answer of the identity provider was to be delivered elsewhere.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-conditions = The conditions of validity in the answer of the identity provider are missing or not the expected ones.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-expired = The answer of the identity provider has expired.
    .title = Time is up
    .advice = Start the login again and complete it without a break.
refusal-response-not-yet-valid = The answer of the identity provider is not valid yet.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-audience = The answer of the identity provider was meant for another service provider.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-authentication = The answer of the identity provider does not say how you logged in.
    .title = { -answer-refused }
    .advice = { -log-in-again }
refusal-response-level-too-low = The identity provider recognised you at a lower assurance level than the service needs.
    .title = A stronger login is needed
    .advice = Start the login again and use your stronger credentials, such as the one-time code or the app.
refusal-response-attributes = The answer of the identity provider lacks data that the service asked for, or does not write it as it should.
    .title = { -answer-refused }
    .advice = { -log-in-again }

# --- refusals: the table of error messages of SPID’s technical rules, which CIE and eIDAS share
# A text with .provider has a link to the provider’s site, for what only the provider can mend.

refusal-error-nr19 = The login failed because wrong credentials were entered repeatedly: you have used all the attempts allowed.
    .title = Too many attempts with wrong credentials
    .advice = Try again with the right credentials. If you forgot them, or if they are blocked, ask your identity provider, who can recover or unblock them.
    .provider = Go to the site of { $provider }
refusal-error-nr20 = You have no credentials of the level that the service needs.
    .title = Your credentials are not enough for this service
    .advice = There are three assurance levels: for level 1 a user name and a password are enough; level 2 needs a one-time code or an app as well; level 3 needs a physical device, such as a smart card. Ask your identity provider for credentials of the level needed, or try again with another login method.
    .provider = Go to the site of { $provider }
refusal-error-nr21 = The login timed out: you did not complete it within the time that the identity provider allows.
    .title = Time is up
    .advice = Try again, and complete the steps on the provider’s site or in its app without leaving the page.
refusal-error-nr22 = You did not agree to your data being sent to the service.
    .title = Consent denied
    .advice = Without that data the service cannot recognise you. If you want to use it, try again and agree: before logging in you can read what it will know.
refusal-error-nr23 = Your digital identity is suspended or revoked, or your credentials are blocked.
    .title = Identity suspended, revoked or blocked
    .advice = Contact your identity provider, who can tell you why and how to reactivate it. Meanwhile you can log in with another method.
    .provider = Go to the site of { $provider }
refusal-error-nr24 = The identity provider stopped the login with a reserved error.
    .title = Login failed
    .advice = Try again. If it happens again, contact your identity provider.
refusal-error-nr25 = You cancelled the login at the identity provider.
    .title = Login cancelled
    .advice = If you still want to use the service, try again: you return to the choice, where you can take another provider or another method.
refusal-error-nr30 = You used another kind of digital identity than the one that the service needs: a personal one in place of a professional one, or the other way round.
    .title = Wrong kind of identity
    .advice = A personal identity stands for you as a citizen; one for professional use is valid for your work, on your own or for an organisation. Try again with an identity of the right kind: those for professional use are issued by identity providers.
refusal-error-request = The identity provider did not accept our request. The fault is ours, not yours: those who run the system have been told.
    .title = Request not accepted by the provider
    .advice = Try again in a few minutes, or choose another provider or another method. If the problem persists, contact support.
refusal-error-provider = The identity provider reported an error and did not complete the login.
    .title = Error of the identity provider
    .advice = Try again in a few minutes, or choose another provider or another method. If it happens again, contact the provider.

# CIE reserves the numbers 19 and 20.
refusal-cie-error-nr19 = { refusal-error-nr24 }
    .title = { refusal-error-nr24.title }
    .advice = { refusal-error-nr24.advice }
refusal-cie-error-nr20 = { refusal-error-nr24 }
    .title = { refusal-error-nr24.title }
    .advice = { refusal-error-nr24.advice }
refusal-cie-error-nr23 = Your electronic identity card has expired, or was revoked.
    .title = Card expired or revoked
    .advice = If the card has expired or you lost it, ask your municipality for a new one. If it is valid, contact the support of the electronic identity card. Meanwhile you can log in with another method.
    .provider = Go to the site of { $provider }

# --- refusals: identities, and how methods are set up

refusal-identity-fiscal-number = The identity provider sent us a fiscal code that is not valid.
    .title = Invalid fiscal code
    .advice = Ask your identity provider to correct your data.
    .provider = Go to the site of { $provider }
refusal-identity-attribute = The identity provider sent us your name or your date of birth in a form that is not valid.
    .title = Invalid data
    .advice = Ask your identity provider to correct your data.
    .provider = Go to the site of { $provider }
refusal-identity-purpose = The service asks for a digital identity with which you act for an organisation, and the one that you used names none.
    .title = Wrong kind of identity
    .advice = Try again with the identity for professional use of your organisation. If you did, contact your identity provider.
    .provider = Go to the site of { $provider }
refusal-identity-anonymous = The identity provider sent us neither a fiscal code nor a European identifier, so we cannot recognise you.
    .title = Not enough data
    .advice = Try again. If it happens again, contact your identity provider.
refusal-service-not-served = This service is not yet open to logins with { $method }. The fault is ours, not yours.
    .title = Service not yet open to { $method }
    .advice = Choose another login method, or contact support.
refusal-provider-no-address = The identity provider does not say where to send you.
    .title = Identity provider not reachable
    .advice = Choose another provider or another method.
refusal-gateway-signing = We could not prepare the request for the identity provider. The fault is ours, not yours.
    .title = System error
    .advice = Try again in a few minutes. If the problem persists, contact support.
refusal-gateway-memo = We could not read back the login that you had begun. The fault is ours, not yours.
    .title = System error
    .advice = Start the login again. If the problem persists, contact support.

# --- data of a person

attribute-given-name = given name
attribute-family-name = family name
attribute-fiscal-number = fiscal code
attribute-spid-code = SPID code
attribute-birthdate = date of birth
attribute-place-of-birth = place of birth
attribute-county-of-birth = province of birth
attribute-gender = sex
attribute-email = e-mail address
attribute-phone-number = mobile phone number
attribute-e-delivery-service = certified e-mail address (PEC)
attribute-address = address
attribute-domicile-street-address = domicile: street and number
attribute-domicile-postal-code = domicile: postal code
attribute-domicile-municipality = domicile: municipality
attribute-domicile-province = domicile: province
attribute-domicile-nation = domicile: country
attribute-document-details = identity document
attribute-eid-exp-date = expiry of the digital identity
attribute-company-name = company name
attribute-registered-office = registered office
attribute-company-fiscal-number = fiscal code of the company
attribute-vat-number = VAT number
