"""What a folder is for: by RFC 6154 special-use flags, else by its name in twelve languages.

Several folders may have the same role ("Sent" by the phone, "Sent Items" by
Outlook): all of them are read.  A sub-folder has the role of its top folder
("Archives/2024").  Names are those that Gmail, Outlook, Apple Mail, Yahoo,
Thunderbird and Roundcube give; archives on disk ("_sent_mail") use the same table.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from repliquette.model import Folder, FolderRole

SPECIAL_USE = {
    b"\\sent": FolderRole.SENT,
    b"\\drafts": FolderRole.DRAFTS,
    b"\\archive": FolderRole.ARCHIVE,
    b"\\junk": FolderRole.JUNK,
    b"\\trash": FolderRole.TRASH,
    b"\\all": FolderRole.ALL,
    b"\\allmail": FolderRole.ALL,  # XLIST, the forerunner of RFC 6154
    b"\\spam": FolderRole.JUNK,
    b"\\inbox": FolderRole.INBOX,
}

CLOSED_FLAGS = frozenset({b"\\noselect", b"\\nonexistent"})
# What LIST says of a folder: flags, hierarchy separator, name.
Listed = tuple[Iterable[bytes], str, str]
GMAIL_CLOSED = frozenset("\\" + word for word in ("draft", "drafts", "trash", "bin", "spam", "junk", "chat", "chats"))

# en, de, fr, es, it, nl, pt, sv, da, pl, ja, zh (simplified and traditional), one line each.
NAMES = {
    FolderRole.INBOX: """
        inbox, notes inbox
        posteingang
        boîte de réception
        bandeja de entrada, recibidos
        posta in arrivo
        postvak in
        caixa de entrada
        inkorg, inkorgen
        indbakke
        skrzynka odbiorcza, odebrane
        受信トレイ, 受信箱
        收件箱, 收件匣""",
    FolderRole.SENT: """
        sent, sent items, sent mail, sent messages, sent mails, sent objects
        gesendet, gesendete elemente, gesendete objekte, gesendete nachrichten, gesendete mails, postausgang gesendet
        envoyés, éléments envoyés, messages envoyés, courrier envoyé
        enviados, elementos enviados, mensajes enviados, correo enviado
        inviati, inviata, posta inviata, elementi inviati, messaggi inviati
        verzonden, verzonden items, verzonden berichten, verzonden objecten
        itens enviados, e mails enviados, mensagens enviadas, correio enviado, enviadas
        skickat, skickade, skickade objekt, skickade mail, skickade meddelanden
        sendt, sendt post, sendte, sendte mails, sendte elementer, sendte beskeder
        wysłane, elementy wysłane, wiadomości wysłane, wysłane elementy
        送信済み, 送信済みメール, 送信済みアイテム, 送信済みトレイ, 送信済みメッセージ
        已发送, 已发送邮件, 已发邮件, 已发送消息, 寄件備份, 寄件备份, 已傳送, 已傳送郵件, 已寄出""",
    FolderRole.DRAFTS: """
        drafts, draft
        entwürfe, entwurf
        brouillons, brouillon
        borradores, borrador
        bozze, bozza
        concepten, concept
        rascunhos, rascunho
        utkast
        kladder, kladde, udkast
        kopie robocze, wersje robocze, szkice, robocze
        下書き
        草稿, 草稿箱, 草稿匣""",
    FolderRole.ARCHIVE: """
        archive, archives, archived
        archiv, archiviert
        archivés
        archivo, archivados, archivar
        archivio, archiviati
        archief, gearchiveerd
        arquivo, arquivo morto, arquivados, arquivadas
        arkiv, arkiverade
        arkiver, arkiveret
        archiwum, zarchiwizowane
        アーカイブ
        归档, 存档, 封存, 典藏""",
    FolderRole.JUNK: """
        junk, spam, junk e mail, junk email, junk mail, bulk, bulk mail
        junk e mail ordner, werbung, unerwünscht, spamverdacht
        courrier indésirable, indésirables, pourriel
        correo no deseado, correo basura, no deseado
        posta indesiderata, indesiderata
        ongewenste e mail, ongewenst, reclame
        lixo eletrônico, lixo eletrónico, e mail de lixo
        skräppost
        uønsket mail, uønsket, uønsket e mail
        wiadomości śmieci, wiadomości śmieciowe, niechciane
        迷惑メール
        垃圾邮件, 垃圾郵件, 垃圾電郵""",
    FolderRole.TRASH: """
        trash, deleted, deleted items, deleted messages, bin
        papierkorb, gelöscht, gelöschte elemente, gelöschte objekte, gelöschte nachrichten
        corbeille, éléments supprimés, messages supprimés, supprimés
        papelera, eliminados, elementos eliminados, mensajes eliminados
        cestino, posta eliminata, elementi eliminati, eliminati
        prullenbak, prullenmand, verwijderd, verwijderde items, verwijderde berichten
        lixeira, lixo, itens excluídos, itens eliminados, mensagens excluídas
        papperskorgen, papperskorg, borttaget, borttagna objekt
        papirkurv, slettet post, slettede elementer, slettede beskeder
        kosz, elementy usunięte, usunięte
        ゴミ箱, 削除済みアイテム, 削除済みメール, 削除済みメッセージ
        已删除, 已删除邮件, 已删除消息, 垃圾箱, 垃圾桶, 刪除的郵件, 已刪除的郵件, 废件箱""",
    FolderRole.ALL: """
        all mail, all documents, discussion threads
        alle nachrichten
        tous les messages
        todos
        tutti i messaggi
        alle berichten
        todos os e mails, todo o correio
        alla mail
        alle mails
        wszystkie, cała poczta
        すべてのメール
        所有邮件, 所有郵件""",
}

_PREFIX = re.compile(r"^(?:INBOX[./]|\[(?:Gmail|Google Mail)\][./])", re.IGNORECASE)
_JOINERS = re.compile(r"[\s_.\-]+")
READ_FIRST = (FolderRole.INBOX, FolderRole.SENT, FolderRole.ARCHIVE)


def role_of(name: str, flags: Iterable[bytes] = (), separator: str = "/") -> FolderRole:
    """What a folder is for; flags of the server count more than names."""
    lowered = [flag.lower() for flag in flags]
    by_flag = next((SPECIAL_USE[flag] for flag in lowered if flag in SPECIAL_USE), None)
    top = _PREFIX.sub("", name)
    if separator:
        top = top.partition(separator)[0]
    return by_flag or _ROLES.get(_normal(top), FolderRole.OTHER)


def role_of_gmail(labels: Iterable[str]) -> FolderRole | None:
    r"""What a message of Gmail's is, by its X-GM-LABELS; None for a draft, a chat, spam and trash.

    Only labels with a backslash count: anything else is a name of the owner's.  Gmail
    keeps \Sent for good, so what lacks it was delivered, archived or not (`OTHER`, not
    `ARCHIVE`, where mail of one's own may lie too).
    """
    found = {label.lower() for label in labels}
    if found & GMAIL_CLOSED:
        return None
    if "\\sent" in found:
        return FolderRole.SENT
    return FolderRole.INBOX if "\\inbox" in found else FolderRole.OTHER


def can_be_opened(flags: Iterable[bytes]) -> bool:
    r"""Whether a folder holds mail, and is not a mere name above others (\Noselect)."""
    return CLOSED_FLAGS.isdisjoint(flag.lower() for flag in flags)


def readable(listed: Iterable[Listed]) -> tuple[Folder, ...]:
    """The folders that can be opened, with their roles; one below "Gesendetes" shares its role."""
    folders = list(listed)
    roles = {name: role_of(name, flags, mark) for flags, mark, name in folders}
    return tuple(Folder(name, _inherited(name, mark, roles)) for flags, mark, name in folders if can_be_opened(flags))


def _inherited(name: str, mark: str, roles: Mapping[str, FolderRole]) -> FolderRole:
    """The role of a folder, or where it has none that of the next one above."""
    while roles.get(name, FolderRole.OTHER) is FolderRole.OTHER:
        name = name.rpartition(mark)[0] if mark else ""
        if not name or name.upper() == "INBOX":  # many servers keep all folders below it
            return FolderRole.OTHER
    return roles[name]


def in_reading_order(folders: Iterable[Folder]) -> tuple[Folder, ...]:
    """Inbox and sent mail first, then the archive, then the rest, each by name."""
    order = {role: place for place, role in enumerate(READ_FIRST)}
    return tuple(sorted(folders, key=lambda f: (order.get(f.role, len(order)), f.name)))


def _normal(name: str) -> str:
    return _JOINERS.sub(" ", unicodedata.normalize("NFC", name).casefold()).strip()


_ROLES = {
    _normal(name): role for role, names in NAMES.items() for name in names.replace("\n", ",").split(",") if name.strip()
}
