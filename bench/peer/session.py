"""Sign an agent of django-helpdesk's in: `python -m bench.peer.session` prints the header of the cookie."""

from django.contrib.auth import get_user_model

import bench.boot  # noqa: F401
from bench.session import cookie_of

if __name__ == "__main__":
    user = get_user_model().objects.get(username="agent1")
    user.is_staff = True
    user.save()
    print(cookie_of(user))
