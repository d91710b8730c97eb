"""The words by which names tell that a value is a credential, or that it is not."""

from __future__ import annotations

# The word for a password, a key or a token in scripts that write no space between words.
UNSPACED = tuple("密码 密碼 口令 令牌 密钥 密鑰 パスワード トークン 暗証番号 비밀번호 암호 토큰".split())
# Words that make a name secret wherever they stand, unless the last word says it is about the secret only.
SECRET_WORDS = frozenset(
    "password passwords passwd pwd pwds passphrase passcode passkey secret secrets credential credentials creds cred "
    "apikey authkey appkey privatekey accesskey secretkey authtoken accesstoken userpass jwt cookie cookies "
    "otp totp hotp otpauth cvv cvc cvv2 csc authorization userpwd sas sastoken xsrf csrf psk pw pws psw psswd paswd "
    "passw pswd pword passwrd pwort maidenname usrpw pswrd mpin tpin unlockpattern pwdhash "
    # The word for a password in other languages, without accents.
    "kennwort passwort losungswort geheim geheimnis geheimwort geheimzahl geheimcode sicherheitscode "
    "sicherheitsantwort zugangscode freischaltcode schluesselwort clavesecreta palabraclave codigosecreto secreto "
    "segreto segredo contrasena contrasenas contrasenya motdepasse mdp passe senha palavrapasse parola parole "
    "wachtwoord losenord passord adgangskode kodeord salasana parool heslo geslo haslo hasło lozinka jelszo sifre "
    "slaptazodis pasahitza katasandi matkhau sandi пароль парола лозинка κωδικος συνθηματικο 暗号 暗證 "
    "секрет 비번 סיסמה סיסמא รหัสผ่าน पासवर्ड "
    "المرور السر κωδικός токен contrasenia tunnussana hesla jeton gettone".split()
) | frozenset(UNSPACED)
# The same where they end a name: each has other meanings before another word (`clave_producto`).
SECRET_LAST_WORDS = frozenset("clave claves".split())
# What a name that runs together starts or ends with when it names nothing but a credential.
SECRET_STARTS = ("password", "passwort", "passwd", "passw", "kennwort", "pswd")
SECRET_ENDINGS = (
    *"password passwd passphrase passwort kennwort passcode secret apikey pwd psw psk credential credentials".split(),
    *"пароль токен".split(),
    *UNSPACED,
)
# The same before the word for a key in German, which ends the names of other keys too.
SECRET_STEMS = tuple(
    stem + key
    for stem in ("zugangs", "sicherheits", "geheim", "api", "lizenz", "netzwerk", "zugriffs", "privat")
    for key in ("schluessel", "schlussel")
)
# Words after a name that do not change what it names: `api_key_prod`, `tokenValue`, `password_new`.
NEUTRAL = frozenset(
    "v value val string str prod production dev development test testing live sandbox staging stage uat qa new "
    "old current primary secondary default text txt plain plaintext raw clear cleartext confirm confirmation "
    "confirmed repeat repeated again verify verification retype input entry field hex base64 b64 encoded enc "
    "encrypted decrypted pem der base data content example sample demo temp tmp temporary initial backup main "
    "real actual local remote".split()
)
# `x_key` is a credential for these x; any other key is judged by its value.
KEY_KINDS = frozenset(
    "aes api auth access account admin app application cipher client consumer crypt db database deploy developer "
    "enc encryption function functions gpg host hmac instrumentation integration jwt license licence live master "
    "merchant partner pgp priv private publishable rapidapi restricted sandbox sec secret security server service "
    "session shared sharedsecret signing ssh storage subscription system user webhook wep wifi wlan wpa wpa2 write "
    "root rsa ecdsa ed25519 psk preshared pem tacacs radius encrypt crypto des tsig bypass unlock decrypt "
    "decryption activation backup recovery registration enrollment enrolment join agent device bot hook tls ssl "
    "unseal management secreta secreto privada privado network manual setup".split()
)
# Headers `X-…-Key` hold credentials but for these.
OTHER_HEADER_KEYS = frozenset(
    "idempotency cache routing partition sort surrogate object request message correlation dedupe deduplication trace "
    "tracking order project item primary foreign group shard public pub query natural business".split()
)
# `base_url_code`: the key of a function app is sent as `?code=`.
CODE_KINDS = frozenset(
    "url function functions host access auth fa authorization authorisation security verification login unlock "
    "sms mfa factor 2fa twofa twofactor backup recovery pin passwd tan bypass secret otp totp reset activation "
    "pairing door gate alarm arm disarm keypad lockbox safe vault duress master installer maintenance gatekey "
    "onetime scratch emergency override puk pass invite invitation lock panic entry garage keypad card secreto "
    "seguridad acceso confidentiel segreto sicurezza seguranca sicherheits geheim".split()
)
# `x_pin` is a place on a map or a board for these x.
OTHER_PINS = frozenset(
    "map drop gpio input output data analog digital pwm tx rx led board push rolling".split()
)
# `x_pass` is the word for a password for these x; others are for boarding, for a season, or say that a test was passed.
PASS_KINDS = frozenset(
    "user usr username db database sql mysql pg postgres postgresql redis mongo mongodb oracle mssql ldap ad bind "
    "smtp ftp sftp ssh imap pop mail email login logon admin administrator root sys system sudo su http https "
    "proxy account acct my old new current confirm re repeat wifi wlan router modem service svc app application "
    "api web sa auth basic keystore truststore key cert pfx p12 pkcs vpn portal rtsp camera mqtt broker amqp "
    "become ansible "
    "rabbitmq zip archive pdf master enable default client server host store vault txt edt jenkins registry "
    "docker git nas snmp priv sip tr069 pppoe".split()
)
PHRASE_KINDS = frozenset("seed recovery backup wallet secret pass mnemonic key".split())
SEED_KINDS = frozenset("mfa wallet secret master hd private otp totp".split())
# `x_answer` and `x_word` prove who one is for these x.
ANSWER_KINDS = frozenset(
    "security secret challenge recovery safety memorable verification identity hint sec pet maiden secreta "
    "secrete secreto seguridad securite geheim geheime geheimfrage sicherheit sicherheits sicherheitsfrage "
    "segreta sicurezza seguranca".split()
)
# The word for an answer, a code and the like in other languages.
ANSWERS = frozenset("answer answers word respuesta reponse antwort risposta resposta".split())
# The word for a key.
KEYS = frozenset(
    "key keys ключ schluessel schlussel llave chave chiave cle sleutel nyckel nokkel klucz klic avain".split()
)
CODES = frozenset("code codes codigo codice koodi kod".split())
COMMUNITY_KINDS = frozenset("snmp snmpv1 snmpv2 snmpv2c ro rw trap string read write".split())
CURSORS = frozenset(
    "page next previous prev continuation cursor sync delta skip paging pagination resume start end".split()
)
TOKEN_QUALIFIERS_KEPT = CURSORS | frozenset(
    "max min stop bos eos pad unk mask prompt completion input output cached number num total used vote csv "
    "design color colour theme style syntax".split()
)
# Last words that say the value describes a credential and is none.
ABOUT = frozenset(
    "type types kind policy name names length size count counts limit expires expiry expiration expiring expired "
    "expire at enabled disabled required url uri urls endpoint version hint format min max algorithm alg rotation "
    "location in status state scope scopes ttl days hours minutes seconds age strength id ids method mode "
    "schema header prefix path file label labels description title created updated changed "
    "provider issuer audience usage options settings config set valid reset link page ref refs reference "
    "parameter params budget price cost per requirements rules list mapping mappings sid arn urn uuid guid alias "
    "consent address question manager engine template strategy source placeholder pattern regex history attempts rate "
    "amount percent percentage total currency fields less needed visible quality meter complexity owner".split()
)
# What makes a hash of a word, or a word about it, out of one that starts like it: `passwordhash`, `pwdlength`.
ABOUT_ENDINGS = (
    "hash",
    "hashes",
    "salt",
    "length",
    "policy",
    "hint",
    "reset",
    "type",
    "expiry",
    "strength",
    "less",
)
EXACT = frozenset(
    "authorization proxy-authorization cookie set-cookie x-auth x-auth-token token tokens key-secret sig pin "
    "bearer auth-header client-assertion assertion samlresponse saml-response saml-assertion code-verifier "
    "auth-code authorization-code awsaccesskeyid x-amz-credential x-amz-signature x-goog-signature "
    "x-goog-credential x-hub-signature connectionstring connection-string conn-string conn-str connstr "
    "connection-strings pass private-pem pem jsessionid phpsessid connect-sid asp-net-session-id laravel-session "
    "one-time-code recovery-codes mnemonic token-auth pre-shared-key pin-number security-answer secret-answer "
    "clave-acceso clave-de-acceso clave-secreta clave-privada clave-api clave-usuario clave-admin clave-wifi "
    "challenge-answer challenge-response sso-ticket auth-ticket session-ticket login-ticket oauth-verifier "
    "basic-auth http-auth card-verification-value card-verification-number puk secret-key-base "
    "mothers-maiden-name mother-maiden-name maiden-name authkey rlkey resourcekey zapikey "
    "g-recaptcha-response h-captcha-response manual-entry-key".split()
)
# Names that are credentials only if the value looks like one: `?code=` of a function app, `key` of a map service.
WEAK_WORDS = frozenset(
    "key keys code auth signature hmac token tokens cert certificate sid session pat ключ schluessel schlussel llave "
    "chave chiave cle passes".split()
)
WEAK_EXACT = frozenset("key code signature x-signature appid sessionid".split())
CURSOR_WORDS = frozenset(
    "pagetoken nextpagetoken nexttoken synctoken continuationtoken cursortoken maxtoken".split()
)
IDENTIFIER_WORDS = frozenset(
    "id ids uuid guid hash hashes sha md5 sha1 sha256 sha512 digest checksum etag fingerprint thumbprint cursor "
    "slug commit revision rev version marker oid cid ref arn urn image photo picture avatar thumbnail icon logo "
    "base64 embedding vector nonce after before since integrity boundary".split()
)
