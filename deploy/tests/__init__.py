"""Tests of the zip and of its deployment."""

import pytest

pytest.register_assert_rewrite("deploy.tests.library", "deploy.tests.deployment")
