/** Absolute path of the worker thread's script that encodes videos. */
declare const videoWorkerFile: string;
export = videoWorkerFile;
