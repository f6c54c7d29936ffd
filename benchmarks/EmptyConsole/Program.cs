// Nothing: the time this takes is .NET's own.
return;
