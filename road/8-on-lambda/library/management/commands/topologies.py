from django.core.management.base import BaseCommand

from library.cqrs.operations import all_operations
from library.topologies import TOPOLOGIES, function_of


class Command(BaseCommand):
    help = "Which function serves which operations, in each topology."

    def handle(self, **options):
        for topology, functions in TOPOLOGIES.items():
            for function, served in functions.items():
                names = [each.name for each in all_operations() if function_of(each, topology) == function]
                self.stdout.write(f"{topology:12} {function:27} OPERATIONS={served:23} {', '.join(names)}")
