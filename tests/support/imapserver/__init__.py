r"""An IMAP server that is true to the RFCs where it is not told to misbehave.

`server.ImapServer` serves an `mailbox.Account` (or a `GmailAccount`) as one of the
`profiles`; `faults.Fault` scripts what goes wrong.  RFC 9051 with 3501's SEARCH
answers, RFC 7162 (CONDSTORE, QRESYNC), 4731 (ESEARCH), 4315 (UIDPLUS), 2177
(IDLE), 6154 (special use), 7628 and XOAUTH2, and Gmail's X-GM-EXT-1.  The happy
paths run on a real Dovecot as well, and `test_imapserver` compares the two.
"""

from support.imapserver.certificate import Certificate
from support.imapserver.faults import Fault
from support.imapserver.mailbox import ALL_MAIL, Account, GmailAccount
from support.imapserver.profiles import Profile
from support.imapserver.server import ImapServer

__all__ = ["ALL_MAIL", "Account", "Certificate", "Fault", "GmailAccount", "ImapServer", "Profile"]
