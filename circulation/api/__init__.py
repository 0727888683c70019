"""REST tasks of circulation: /api/book/{id}/borrow and so on. Adapters: they translate, nothing else."""

from circulation.statistics.api import StatisticsTasks
from library_site.rest.tasks import TaskRouter

from .books import BookTasks
from .imports import ImportTasks
from .journal import JournalTasks
from .lending import LendingTasks
from .lists import LoanLists
from .opening import CalendarTasks, ClosureTasks, SettingsTasks
from .people import UserTasks
from .reservations import ReservationTasks, ReserveTasks

router = TaskRouter()
router.register("book", LendingTasks, basename="lending-task")
router.register("book", BookTasks, basename="stock-task")
router.register("book", LoanLists, basename="loan-list")
router.register("book", ReserveTasks, basename="reserve-task")
router.register("reservation", ReservationTasks, basename="reservation-task")
router.register("user", UserTasks, basename="user-task")
router.register("calendar", CalendarTasks, basename="calendar-task")
router.register("closure", ClosureTasks, basename="closure-task")
router.register("import", ImportTasks, basename="import-task")
router.register("settings", SettingsTasks, basename="settings-task")
router.register("statistics", StatisticsTasks, basename="statistics-task")
router.register("", JournalTasks, basename="journal-task")
