return await EdgeSync.SigstoreConformance.VerifyBundle.RunAsync(args, Console.Out, Console.Error, CancellationToken.None);
