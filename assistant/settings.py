"""Every setting, once: from the environment (NEWSDESK_…) or a .env file; command line options override them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import InvalidValue


class Settings(BaseSettings):
    """Read once where a program starts; the parts below take plain values."""

    model_config = SettingsConfigDict(env_prefix="NEWSDESK_", env_file=".env", extra="ignore")

    library: Path = Field(default=Path("library"), description="the folder that holds the library")
    encoder: str | None = Field(
        default=None, description="the embedding model, by name or folder; default: the library's own"
    )
    reader: str | None = Field(
        default=None, description="a cross-encoder that ranks, by name or folder; default: the reader of newsdesk"
    )
    as_of: date | None = Field(default=None, description='the date that "today" means; default: the real one')
    host: str = Field(default="127.0.0.1", description="where the page listens")
    port: int = Field(default=7860, ge=0, le=65535, description="the page's port")
    access: Path | None = Field(default=None, description="the file of people and keys that servers ask for")
    root_path: str = Field(default="", description='the prefix that a proxy serves a server under, "/news"')
    host_names: str = Field(default="", description="names a server is called by, with commas between them")
    trusted_proxies: str = Field(
        default="", description="addresses or networks of proxies that are believed, with commas between them"
    )
    rate: str = Field(default="240/minute", description="requests that one person, key or address may make")
    model: str | None = Field(default=None, description='the model that writes answers, "ollama:qwen3"; default: none')
    base_url: str | None = Field(default=None, description="where the model is served; default: the provider's address")
    api_key: SecretStr | None = Field(default=None, description="its key; default: the provider's own variable")
    strict: bool = Field(
        default=False, description="leave out a sentence of the model's that the articles do not bear out"
    )
    verifier: str | None = Field(
        default=None, description='what tells whether they do, by name or folder, or "model"; default: that of newsdesk'
    )
    timeout: float = Field(default=60.0, gt=0, description="seconds for a whole answer of the model, retries included")
    context: int = Field(default=8192, ge=512, description="tokens that a prompt to the model may have")
    chroma: str | None = Field(
        default=None, description="a Chroma server that keeps the vectors, http://HOST:PORT; default: the folder does"
    )
    chroma_token: SecretStr | None = Field(default=None, description="a bearer token for what guards that server")
    read_only: bool = Field(default=False, description="only read, beside one process that writes; needs chroma")


def read_settings() -> Settings:
    """The settings; InvalidValue names one that cannot be read, or a .env file that cannot."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = f"NEWSDESK_{str(first['loc'][0]).upper()}"
        raise InvalidValue(f"the setting {name} cannot be read: {first['msg']}; change or unset it") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidValue(f"the settings in {Path('.env').absolute()} cannot be read: {error}") from None
