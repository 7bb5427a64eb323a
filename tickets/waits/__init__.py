"""How long a partner waits: from the oldest message without an answer, read from the messages themselves.

The clock starts when the house could know of a message, and ends when the first answer or transfer that a person wrote
was really handed over. A holding reply, a question back and automatic mail end nothing; an answer that came back never
counted. Because it is read and not kept, a bounce days later corrects it.

A merged ticket waits for nothing itself: it hands its wait on to the ticket that took it in, whose next answer ends it.
Each ticket keeps its own messages, so an answer given on one of them before the merge says nothing about the other.

What a list shows and the cycles that reports add up come from one reading (`facts` to `finding`).
"""
