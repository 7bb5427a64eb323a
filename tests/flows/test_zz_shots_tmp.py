import pytest, hashlib
from datetime import timedelta
from django.utils import timezone
from tests import making
from tickets import links
from tickets.incoming import Details
from tickets.models import Message
from tickets import files as tfiles
OUT="/tmp/shots_portal"
@pytest.mark.parametrize("width,scheme",[(360,"light"),(1440,"light"),(360,"dark"),(1440,"dark")])
def test_shots(live_server, browser, reference_data, width, scheme):
    ctx = browser.new_context(viewport={"width":width,"height":900}, color_scheme=scheme, has_touch=width<500, is_mobile=width<500)
    p = ctx.new_page()
    errs=[]; p.on("console", lambda m: errs.append(m.text) if m.type in("error","warning") else None); p.on("pageerror", lambda e: errs.append(str(e)))
    def shot(n): p.screenshot(path=f"{OUT}/{n}-{width}-{scheme}.png", full_page=True)
    b=live_server.url
    p.goto(b+"/en/"); shot("home")
    p.goto(b+"/en/request/"); shot("form")
    p.check("input[value=need]"); p.wait_for_timeout(100)
    p.locator("#id_attachments").set_input_files([{"name":"photo of the damaged hospital roof.jpg","mimeType":"image/jpeg","buffer":b"\xff\xd8\xff\xe0"+b"x"*200000},{"name":"big.bin","mimeType":"a/b","buffer":b"z"*10}])
    p.wait_for_selector("[data-state=done]:nth-of-type(2)")
    p.click("text=Send the request"); p.wait_for_selector(".summary"); shot("errors")
    p.goto(b+"/en/request/"); 
    now=timezone.now()
    t=making.opened(now=now, sender_name="Olena Petrenko", text="Dear colleagues,\n\nour hospital needs two generators of 100 kW before the winter.\n\nWith best regards\nOlena", files=(tfiles.keep(b"%PDF-1.4 x", name="letter 12-03.pdf"), tfiles.keep(b"MZ1234", name="run.exe")))
    from tickets.actions import answering
    from tickets.actions.record import Actor
    s=making.staff()
    m=answering.reply(actor=Actor.staff(s), ticket_id=t.pk, text="Dear Olena,\n\nthank you. Which voltage do you need?", nature="clarification", now=now+timedelta(hours=30))
    Message.objects.filter(pk=m.pk).update(delivery="sent", sent_at=now)
    making_again = making.incoming(text="230 V.\n\n> Which voltage do you need?", quote_start=8, received_at=now+timedelta(hours=33), sender_name="Olena Petrenko")
    from tickets.actions.joining import receive
    receive(ticket_id=t.pk, incoming=making_again, channel="email", found_by="token", acknowledge=True, now=now)
    tok=links.make_link(t, now=now)
    p.goto(b+f"/en/track/{tok}/"); shot("track")
    p.goto(b+"/en/track/none/"); shot("gone")
    p.goto(b+"/en/new-link/"); shot("newlink")
    p.goto(b+"/en/privacy/"); shot("privacy")
    p.goto(b+"/uk/request/"); shot("form-uk")
    print(errs)
    ctx.close()
