@echo off
setlocal
rem Runs ExperimentRunner, built anew where its sources have changed.
dotnet --list-sdks 2>nul | findstr /b "10." >nul
if errorlevel 1 (
  echo ExperimentRunner needs the .NET SDK 10. Install it with: winget install Microsoft.DotNet.SDK.10 1>&2
  exit /b 1
)
dotnet build "%~dp0src\Runner" -c Release --nologo -v quiet -clp:ErrorsOnly;NoSummary 1>&2
if errorlevel 1 (
  echo ExperimentRunner does not build; the errors are above. 1>&2
  exit /b 1
)
dotnet exec "%~dp0artifacts\bin\Runner\release\runner.dll" %*
exit /b %ERRORLEVEL%
