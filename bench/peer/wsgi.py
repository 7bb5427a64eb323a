"""What granian serves of django-helpdesk."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
