using EdgeSync.Build.Verbs;

return await CommandLine.RunAsync(args);
