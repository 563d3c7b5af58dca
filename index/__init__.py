"""index: the library of articles. Articles go in, passages come out; nothing here knows of questions or answers."""
