"""What kind of mailbox an e-mail address is: work, free, disposable or role."""

from functools import lru_cache
from typing import Literal

EmailKind = Literal["work", "free", "disposable", "role"]
EMAIL_KINDS: tuple[EmailKind, ...] = ("work", "free", "disposable", "role")


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


FREE = _names(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr outlook.es outlook.it hotmail.com hotmail.co.uk
    hotmail.de hotmail.fr hotmail.es hotmail.it live.com live.co.uk live.de live.fr live.nl msn.com yahoo.com
    yahoo.co.uk yahoo.co.in yahoo.co.jp yahoo.de yahoo.fr yahoo.es yahoo.it yahoo.ca yahoo.com.br yahoo.com.au
    yahoo.com.mx ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me protonmail.com
    protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de
    t-online.de freenet.de arcor.de mail.com email.com mail.ru bk.ru inbox.ru list.ru yandex.com yandex.ru ya.ru
    rambler.ru zoho.com zohomail.com fastmail.com fastmail.fm hey.com hushmail.com posteo.de posteo.net mailbox.org
    runbox.com disroot.org riseup.net orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr libero.it
    virgilio.it tiscali.it alice.it tin.it telefonica.net terra.com.br uol.com.br bol.com.br ig.com.br sapo.pt
    btinternet.com sky.com virginmedia.com ntlworld.com talktalk.net blueyonder.co.uk comcast.net verizon.net
    att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net rogers.com shaw.ca sympatico.ca
    bigpond.com optusnet.com.au xtra.co.nz telenet.be skynet.be ziggo.nl kpnmail.nl home.nl planet.nl bluewin.ch
    seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl abv.bg ukr.net qq.com 163.com 126.com sina.com foxmail.com
    aliyun.com naver.com daum.net hanmail.net rediffmail.com docomo.ne.jp ezweb.ne.jp
    """
)
DISPOSABLE = _names(
    """
    mailinator.com guerrillamail.com guerrillamail.net guerrillamail.org guerrillamailblock.com sharklasers.com
    grr.la 10minutemail.com 10minutemail.net 20minutemail.com temp-mail.org temp-mail.io tempmail.com tempmail.net
    tempmailo.com tempail.com yopmail.com yopmail.fr yopmail.net throwawaymail.com trashmail.com trashmail.de
    trashmail.net dispostable.com maildrop.cc mailnesia.com mailcatch.com mintemail.com mohmal.com moakt.com
    fakeinbox.com fakemail.net getnada.com nada.email inboxkitten.com spamgourmet.com spam4.me mytemp.email
    emailondeck.com discard.email discardmail.com burnermail.io mailsac.com mail-temp.com minuteinbox.com
    tmpmail.org tmpmail.net linshiyouxiang.net wegwerfmail.de wegwerfemail.de byom.de einrot.com cuvox.de dayrep.com
    fleckens.hu gustr.com jourrapide.com rhyta.com superrito.com teleworm.us armyspy.com anonbox.net tempinbox.com
    mailexpire.com jetable.org incognitomail.org emailfake.com
    """
)
ROLES = _names(
    """
    info contact contacts sales support help helpdesk hello hi office admin administration administrator webmaster
    postmaster hostmaster abuse noreply no-reply donotreply do-not-reply billing accounts accounting invoice
    invoices finance jobs careers career hr recruiting recruitment marketing press media pr team mail email
    enquiries enquiry inquiries inquiry service customerservice customer-service kontakt bewerbung presse vertrieb
    buchhaltung ventas soporte contacto contato contatti commercial reception privacy legal security newsletter
    everyone all staff root
    """
)


@lru_cache(maxsize=4096)
def domain_of(address: str) -> str | None:
    """The part after the @ in lower case, None when this is no address."""
    local, at, domain = address.strip().casefold().rpartition("@")
    domain = domain.rstrip(".")
    return domain if at and local and "." in domain.strip(".") else None


@lru_cache(maxsize=4096)
def email_kind(address: str) -> EmailKind | None:
    """The kind of mailbox, None when this is no address."""
    domain = domain_of(address)
    if domain is None:
        return None
    if domain in DISPOSABLE:
        return "disposable"
    if domain in FREE:
        return "free"
    return "role" if address.strip().casefold().partition("@")[0].partition("+")[0] in ROLES else "work"
