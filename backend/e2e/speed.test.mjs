// What is measured, while nothing else runs.
import { after } from 'node:test';
import { stopAll } from './servers.mjs';
import './lighthouse.mjs';

after(stopAll);
