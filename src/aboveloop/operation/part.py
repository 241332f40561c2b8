"""The base of every part of an operation folder, and the shapes that its names and values take."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
OperationName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")]
ExpressionText = Annotated[str, Field(min_length=1)]
Share = Annotated[float, Field(ge=0, le=1)]
JsonSchema = dict[str, Any]


class Part(BaseModel):
    """Base of every part: frozen, unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)
