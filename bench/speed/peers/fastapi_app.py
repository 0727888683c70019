"""FastAPI with SQLAlchemy 2: async sessions by asyncpg, Pydantic answers, as their documentation has it.

It authenticates nobody. Sources: fastapi.tiangolo.com (response models, dependencies), docs.sqlalchemy.org (asyncio).
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException
from pydantic import BaseModel
from sqlalchemy import DateTime, ForeignKey, Result, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from uuid_utils.compat import uuid7

T = TypeVar("T")
PAGE = 100
LIMITS = {"VERIFIED": 10, "NOT_VERIFIED": 2}

engine = create_async_engine(make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg"))
new_session = async_sessionmaker(engine, expire_on_commit=False)
app = FastAPI()


async def get_session() -> AsyncIterator[AsyncSession]:
    async with new_session() as session:
        yield session


Session = Annotated[AsyncSession, Depends(get_session)]


class Base(DeclarativeBase):
    pass


class Author(Base):
    __tablename__ = "catalog_author"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]


class LibraryUser(Base):
    __tablename__ = "circulation_libraryuser"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    status: Mapped[str]


class Book(Base):
    __tablename__ = "catalog_book"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    title: Mapped[str]
    isbn: Mapped[str]
    search_key: Mapped[str]
    status: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(ForeignKey("catalog_author.id"))
    borrower_id: Mapped[UUID | None] = mapped_column(ForeignKey("circulation_libraryuser.id"))
    loan_id: Mapped[UUID | None]
    borrowed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due_on: Mapped[date | None]


class BookOfAuthor(BaseModel):
    id: UUID
    title: str
    isbn: str
    status: str


class BorrowedBook(BaseModel):
    id: UUID
    title: str
    isbn: str
    author_id: UUID
    author_name: str
    loan_id: UUID
    borrowed_at: datetime | None
    due_on: date | None


class Page(BaseModel, Generic[T]):
    next: str | None
    previous: str | None
    results: list[T]


class BorrowRequest(BaseModel):
    user_id: UUID


class BookBorrowed(BaseModel):
    book_id: UUID
    user_id: UUID
    due_on: date
    loan_id: UUID


@app.get("/api/book/by-author/{author_id}", response_model=Page[BookOfAuthor])
async def by_author(author_id: UUID, session: Session, offset: int = 0) -> dict[str, Any]:
    books = select(Book.id, Book.title, Book.isbn, Book.status).where(Book.author_id == author_id)
    books = books.order_by(func.substr(Book.search_key, 1, 60), Book.id).offset(offset).limit(PAGE + 1)
    return page(offset, await session.execute(books))


@app.get("/api/book/by-user/{user_id}", response_model=Page[BorrowedBook])
async def by_user(user_id: UUID, session: Session, offset: int = 0) -> dict[str, Any]:
    author = Author.name.label("author_name")
    books = select(Book.id, Book.title, Book.isbn, Book.author_id, author, Book.loan_id, Book.borrowed_at, Book.due_on)
    books = books.join(Author, Author.id == Book.author_id).where(Book.borrower_id == user_id)
    books = books.order_by(Book.due_on, Book.id).offset(offset).limit(PAGE + 1)
    return page(offset, await session.execute(books))


def page(offset: int, found: Result[Any]) -> dict[str, Any]:
    rows = [row._asdict() for row in found]
    following = f"?offset={offset + PAGE}" if len(rows) > PAGE else None
    before = f"?offset={max(offset - PAGE, 0)}" if offset else None
    return {"next": following, "previous": before, "results": rows[:PAGE]}


@app.post("/api/book/{book_id}/borrow")
async def borrow(book_id: UUID, asked: BorrowRequest, session: Session) -> BookBorrowed:
    async with session.begin():
        book = await session.get(Book, book_id, with_for_update=True)
        user = await session.get(LibraryUser, asked.user_id, with_for_update=True)
        if book is None or user is None:
            raise HTTPException(404)
        if book.status != "AVAILABLE":
            raise HTTPException(409, "book_not_available")
        loans = await session.scalar(select(func.count()).select_from(Book).where(Book.borrower_id == user.id))
        if (loans or 0) >= LIMITS.get(user.status, 0):
            raise HTTPException(409, "loan_limit_reached")
        now, loan_id = datetime.now(UTC), uuid7()
        due_on = now.date() + timedelta(days=28)
        book.status, book.borrower_id, book.loan_id = "BORROWED", user.id, loan_id
        book.borrowed_at, book.due_on = now, due_on
    return BookBorrowed(book_id=book.id, user_id=user.id, due_on=due_on, loan_id=loan_id)
